/** One answer serves a family of paths only where the engine says so, and only for ids that are well-formed. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { install } from "./install.mjs";

const MODEL = `
name = "families"
[types.project]
actions = ["view"]
[types.sign]
parent = "project"
actions = ["view", "edit"]
[roles.viewer]
at = ["/", "project", "sign"]
allow = ["sign:view"]
`;

let project;
let checker;
/** How often the engine was asked for the answers of a path. */
let masks = 0;
before(async () => {
  const { Instance } = WebAssembly;
  WebAssembly.Instance = function counted(...given) {
    const { exports } = new Instance(...given);
    return "mask" in exports ? { exports: { ...exports, mask: (...asked) => (masks++, exports.mask(...asked)) } } : { exports };
  };
  project = install();
  const { Policy, Tenant } = await project.load("countersign/compile");
  const { Checker } = await project.load("countersign");
  const to = "user:ann";
  const tenant = Tenant.load(Policy.parse(MODEL), {
    members: [{ subject: to }],
    assignments: [{ to, role: "viewer", scope: "project:a" }, { to, role: "viewer", scope: "project:b/sign:1" }],
  });
  checker = await Checker.load(tenant.snapshot(to));
});
after(() => project?.remove());

test("a grant at one resource is no other's", () => {
  for (let round = 0; round < 3; round++) {
    for (const [path, may] of [["project:a/sign:1", true], ["project:a/sign:2", true], ["project:b/sign:2", false], ["project:b/sign:1", true], ["project:c/sign:1", false]]) {
      assert.equal(checker.can("view", path), may, path);
    }
  }
});

test("what was asked about last is remembered by its path, however many there are, and by nothing that it ends with", () => {
  // They end alike in pairs, and first there are few places for them.
  const asked = (first, count) => {
    for (let number = first; number < first + count; number++) {
      assert.equal(checker.can("view", `project:a/sign:${number}`), true, `${number}`);
      assert.equal(checker.can("view", `project:c/sign:${number}`), false, `${number}`);
    }
  };
  for (const [first, count] of [[1000, 3], [1000, 40], [1000, 3_000], [2000, 10], [1000, 3_000]]) for (let round = 0; round < 3; round++) asked(first, count);
  const before = masks;
  asked(1000, 3_000);
  assert.equal(masks, before);
});

test("an id that is none is refused beside its well-formed neighbours", () => {
  assert.equal(checker.can("view", "project:a/sign:x"), true);
  for (const id of ["", "\n", "a\u007f", "a\u0000b", "x".repeat(257), "\ud800", "a/", "/a"]) {
    assert.throws(() => checker.can("view", `project:a/sign:${id}`), { code: "invalid_path" }, JSON.stringify(id));
  }
  for (const id of ["a:b", "é", " ", "x".repeat(256)]) assert.equal(checker.can("view", `project:a/sign:${id}`), true, id);
});

test("a path that is none is refused each time, and answered by nothing that was asked before", () => {
  assert.equal(checker.can("view", "project:a/sign:4711"), true);
  for (const path of ["project:a//sign:4711", "4711", "project:a/sign:\n:4711", "project:a/nothing:4711", "/sign:4711"]) {
    for (let round = 0; round < 3; round++) assert.throws(() => checker.can("view", path), { name: "CountersignError" }, path);
    assert.equal(checker.can("view", "project:b/sign:4711"), false);
    assert.equal(checker.can("view", "project:a/sign:4711"), true);
  }
});

test("families of types with names of all lengths are told apart, in any order", async () => {
  const { Policy, Tenant } = await project.load("countersign/compile");
  const { Checker } = await project.load("countersign");
  const types = ["a", "of", "sign", "document", "approval_of_orders"];
  const model = `name = "lengths"\n[types.project]\nactions = ["view"]\n${types
    .map((type) => `[types.${type}]\nparent = "project"\nactions = ["view"]\n[roles.${type}-viewer]\nallow = ["${type}:view"]\n`)
    .join("")}`;
  const [to, count] = ["user:ann", 60];
  const may = (type, number) => number % (types.indexOf(type) + 2) === 0;
  const grants = types.flatMap((type) => Array.from({ length: count }, (_, number) => ({ type, number })).filter(({ type, number }) => may(type, number)));
  const assignments = grants.map(({ type, number }) => ({ to, role: `${type}-viewer`, scope: `project:p${number}` }));
  const one = await Checker.load(Tenant.load(Policy.parse(model), { members: [{ subject: to }], assignments }).snapshot(to));
  let state = 1;
  const below = (bound) => (state = (Math.imul(state, 48_271) & 0x7fff_ffff) || 1) % bound;
  for (let turn = 0; turn < 20_000; turn++) {
    const [type, number] = [types[below(types.length)], below(count)];
    const path = `project:p${number}/${type}:${["x", "a:b", "10", "p1"][below(4)]}${below(3_000)}`;
    assert.equal(one.can("view", path), may(type, number), path);
    assert.equal(one.filter("view", [path]).length === 1, may(type, number), path);
  }
});

test("many families are told apart", () => {
  for (let round = 0; round < 2; round++) {
    for (let number = 0; number < 10_000; number++) assert.equal(checker.can("view", `project:n${number}/sign:1`), false);
    assert.equal(checker.can("view", "project:a/sign:7"), true);
  }
});

test("each resource is known from its own moment on", async () => {
  const { Policy, Tenant } = await project.load("countersign/compile");
  const { Checker } = await project.load("countersign");
  const [to, until] = ["user:ann", "2026-03-01T18:00:00Z"];
  const tenant = Tenant.load(Policy.parse(MODEL), {
    members: [{ subject: to }],
    assignments: [
      { to, role: "viewer", scope: "project:a", from: "2026-03-01T12:00:00Z", until },
      { to, role: "viewer", scope: "project:b", until },
    ],
  });
  const at = (hour) => ({ now: Date.UTC(2026, 2, 1, hour) });
  const fresh = await Checker.load(tenant.snapshot(to, { ...at(1), ttl: 86_400_000 }), at(1));
  const asked = [["a", 13, true], ["b", 9, true], ["a", 10, false], ["a", 13, true], ["b", 13, true], ["a", 11, false], ["b", 18, false]];
  for (const [name, hour, may] of asked) {
    assert.equal(fresh.can("view", `project:${name}/sign:1`, undefined, at(hour)), may, `project ${name} at ${hour}`);
  }
});

/** The same numbers in every run. */
function random(seed) {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** Projects, types and ids that are nearly the same: what tells two families apart is in one place, or in their length. */
const NEAR = `
name = "near"
[types.project]
actions = ["view"]
[types.sign]
parent = "project"
actions = ["view", "edit"]
[types.sigh]
parent = ["project", "/"]
actions = ["view", "edit"]
[types.note]
parent = ["sign", "sigh", "project"]
actions = ["view"]
[roles.viewer]
at = ["/", "project", "sign", "sigh"]
allow = ["project:view", "sign:view", "sigh:view", "note:view"]
[roles.blind]
at = ["project", "sign", "sigh"]
deny = ["sign:view", "note:view"]
`;
const PROJECTS = ["a", "b", "aa", "ab", "ba", "a:a", "1", "11", "12", "112", "é", "x".repeat(256), "y".repeat(255) + "a"];
const IDS = ["1", "2", "12", "a", "b", "a:b", ":", "sign:1", "~", " ", "é", "x".repeat(256)];
const BROKEN = ["", "x".repeat(257), "\n", "a\u007f", "\u0000", "\ud800", "a/", "/", "a/sign", "a/note:1", "a/note:", "é".repeat(129)];

/** A list of paths: about one family for some time, about several in turn, or in no order; few of them are broken. */
function listOf(below) {
  const pick = (from) => from[below(from.length)];
  const parent = () => `project:${pick(PROJECTS)}/`;
  const family = () => [
    () => `${parent()}sign:`,
    () => `${parent()}sigh:`,
    () => `${parent()}note:`,
    () => `${parent()}${pick(["sign", "sigh"])}:${pick(IDS)}/note:`,
    () => "project:",
    () => pick(["sigh:", "sihg:", "project", ""]),
  ][below(20) ? below(5) : 5]();
  const some = Array.from({ length: 1 + below(5) }, family);
  const order = pick([(index) => some[index % some.length], (index) => some[Math.floor(index / 7) % some.length], () => pick(some), family]);
  const broken = pick([0, 0, 40]);
  return Array.from({ length: below(60) }, (_, index) => order(index) + pick(broken && below(broken) === 0 ? BROKEN : IDS));
}

/** The answers of all, or the code of the first error. */
function until(list, ask) {
  const answers = [];
  for (const each of list) {
    try {
      answers.push(ask(each));
    } catch (error) {
      return { answers, code: error.code };
    }
  }
  return { answers, code: undefined };
}

test("filter and can say of every path what the engine says of it", async () => {
  const { Policy, Tenant } = await project.load("countersign/compile");
  const { Checker } = await project.load("countersign");
  const [to, noon] = ["user:ann", Date.UTC(2026, 2, 1, 12)];
  const clock = Date.now;
  const below = random(11);
  const pick = (from) => from[below(from.length)];
  const seen = { allowed: 0, denied: 0, refused: 0 };
  try {
    for (let round = 0; round < 60; round++) {
      const assignments = Array.from({ length: 10 }, () => ({
        to,
        role: pick(["viewer", "viewer", "blind"]),
        scope: `project:${pick(PROJECTS)}${below(3) ? "" : `/${pick(["sign", "sigh"])}:${pick(IDS)}`}`,
        ...(below(3) ? {} : { from: new Date(noon + 10).toISOString(), until: new Date(noon + 20).toISOString() }),
      }));
      Date.now = () => noon;
      const tenant = Tenant.load(Policy.parse(NEAR), { members: [{ subject: to }], assignments });
      const fresh = await Checker.load(tenant.snapshot(to, { ttl: 86_400_000 }));
      for (let asked = 0; asked < 60; asked++) {
        const now = noon + (below(8) ? Math.floor(asked / 2) : below(30));
        Date.now = () => now;
        const list = listOf(below);
        const action = pick(["view", "view", "view", "edit"]);
        // `check` asks the engine each time.
        const engine = until(list, (path) => fresh.check(action, path).decision === "allow");
        const what = () => `round ${round}, ${action} at ${now - noon}: ${JSON.stringify(list)}`;
        assert.deepEqual(until(list, (path) => fresh.can(action, path)), engine, `can, ${what()}`);
        const filtered = until([list], (all) => fresh.filter(action, all));
        if (engine.code === undefined) {
          assert.deepEqual(filtered.answers[0], list.filter((_, index) => engine.answers[index]), `filter, ${what()}`);
          for (const answer of engine.answers) seen[answer ? "allowed" : "denied"]++;
        } else {
          assert.equal(filtered.code, engine.code, `filter, ${what()}`);
          seen.refused++;
        }
      }
      fresh.free();
      tenant.free();
    }
  } finally {
    Date.now = clock;
  }
  assert.ok(seen.allowed > 5_000 && seen.denied > 5_000 && seen.refused > 100, JSON.stringify(seen));
});

test("an answer whose time is over is asked for once more, and not with every question", async () => {
  const { Policy, Tenant } = await project.load("countersign/compile");
  const { Checker } = await project.load("countersign");
  const [to, noon] = ["user:ann", Date.UTC(2026, 2, 1, 12)];
  const clock = Date.now;
  try {
    Date.now = () => noon;
    const until = new Date(noon + 10).toISOString();
    const assignments = ["a", "b"].map((name) => ({ to, role: "viewer", scope: `project:${name}`, until }));
    const tenant = Tenant.load(Policy.parse(MODEL), { members: [{ subject: to }], assignments });
    const fresh = await Checker.load(tenant.snapshot(to, { ttl: 86_400_000 }));
    const list = Array.from({ length: 40 }, (_, index) => `project:${"abc"[index % 3]}/sign:${index}`);
    masks = 0;
    for (let round = 0; round < 3; round++) assert.deepEqual(fresh.filter("view", list), list.filter((_, index) => index % 3 < 2));
    assert.equal(masks, 3);
    Date.now = () => noon + 10;
    for (let round = 0; round < 3; round++) assert.deepEqual(fresh.filter("view", list), []);
    // Whom nothing ends is known as long as the snapshot is good.
    assert.ok(masks <= 6, `asked ${masks} times`);
  } finally {
    Date.now = clock;
  }
});
