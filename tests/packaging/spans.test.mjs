/** What a checker and a tenant keep of numbers, members and moments is what the engine says when it is asked anew. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { install } from "./install.mjs";

let project;
let countersign;
let compile;
before(async () => {
  project = install();
  countersign = await project.load("countersign");
  compile = await project.load("countersign/compile");
});
after(() => project?.remove());

/** The same numbers in every run. */
function random(seed) {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

const CONSTANTS = ["-1", "0", "2", "5", "50", "900"];
const POINTS = ["-0.5", "0.0", "2.25", "49.99", "50.0", "50.001"];
const NUMBERS = [-1, -0.5, -0, 0, 0.001, 1, 1.5, 2, 2.25, 2.26, 3, 4.99, 5, 5.01, 49.98, 49.99, 50, 50.0005, 50.001, 50.01, 51, 899, 900, 901, 1e-300, 1e21, 2 ** 31, -(2 ** 31), 21474836.47, 21474836.48];
const OTHERS = ["50", "x", true, null, [5], {}];

function condition(below) {
  const pick = (from) => from[below(from.length)];
  const operator = () => pick(["<", "<=", "==", "!=", ">", ">="]);
  const one = () =>
    pick([
      () => `context.amount ${operator()} ${pick(CONSTANTS)}`,
      () => `context.cost ${operator()} ${pick(POINTS)}`,
      () => `${pick(POINTS)} ${operator()} context.cost`,
      () => `context.cost + 1.5 ${operator()} ${pick(POINTS)}`,
      () => "has(context.amount)",
      () => "resource.id == 'a'",
    ])();
  return pick([one, () => `${one()} && ${one()}`, () => `${one()} || !(${one()})`, () => `(${one()} ? ${one()} : ${one()})`])();
}

/** A model and a tenant under random conditions; grants that begin, end and are for some signs only. */
function world(below) {
  const rule = (effect) => `[[rules]]\neffect = "${effect}"\npermissions = ["sign:${below(2) ? "view" : "edit"}"]\nwhen = "${condition(below)}"\n`;
  const model = `name = "spans"
[types.project]
actions = ["view"]
[types.sign]
parent = "project"
actions = ["view", "edit"]
[context]
amount = "int"
cost = "decimal"
[roles.viewer]
at = ["/", "project", "sign"]
allow = ["sign:view", "project:view"]
[roles.buyer]
at = ["/", "project", "sign"]
when = "${condition(below)}"
allow = ["sign:*"]
[roles.nobody]
at = ["/", "project", "sign"]
deny = ["sign:edit"]
${below(2) ? rule("forbid") : ""}${below(2) ? rule("permit") : ""}`;
  const pick = (from) => from[below(from.length)];
  const assignments = Array.from({ length: 8 }, () => ({
    to: pick(MEMBERS),
    role: pick(["viewer", "viewer", "buyer", "buyer", "nobody"]),
    scope: pick(["/", "project:a", "project:b", "project:a/sign:a", "project:b/sign:b"]),
    ...(below(4) ? {} : { when: condition(below) }),
    ...(below(3) ? {} : { from: new Date(EPOCH + 10).toISOString(), until: new Date(EPOCH + 20).toISOString() }),
  }));
  const approval_policies = below(3) ? [] : [{ id: "big", permissions: ["sign:edit"], when: condition(below), approvers: ["role:viewer"], quorum: 1 }];
  const members = MEMBERS.map((subject, index) => ({ subject, ...(index === 2 ? { status: "locked" } : {}) }));
  return compile.Tenant.load(compile.Policy.parse(model), { members, assignments, approval_policies });
}

const MEMBERS = ["user:ann", "user:bob", "user:cid"];
const EPOCH = Date.UTC(2026, 2, 1);
const PATHS = ["project:a/sign:a", "project:a/sign:b", "project:a/sign:x", "project:b/sign:b", "project:b/sign:é", "project:c/sign:1", "project:a", "project:a/sign:a\u0001", "sign:a"];

/** An answer, or the code of the error. */
function told(ask) {
  try {
    return ask();
  } catch (error) {
    return error.code;
  }
}

function context(below) {
  const pick = (from) => from[below(from.length)];
  const value = () => (below(8) ? pick(NUMBERS) : pick(OTHERS));
  return pick([() => undefined, () => ({}), () => ({ amount: value() }), () => ({ cost: value() }), () => ({ other: value() }), () => ({ amount: value(), cost: value() })])();
}

test("can says what check says, however often and whenever it is asked", async () => {
  const clock = Date.now;
  const below = random(7);
  let allowed = 0;
  try {
    for (let round = 0; round < 80; round++) {
      const tenant = world(below);
      Date.now = () => EPOCH;
      const checker = await countersign.Checker.load(tenant.snapshot("user:ann", { ttl: 25 }));
      for (let question = 0; question < 400; question++) {
        // Mostly onward: who goes back learns everything anew.
        const now = EPOCH + (below(50) ? Math.floor((question * 30) / 400) : below(30));
        Date.now = () => now;
        const subject = below(3) ? "user:ann" : ["user:bob", "user:cid", "user:nobody", "user:é"][below(4)];
        const [action, path, given] = [["view", "edit", "edit", "fly"][below(20) ? below(3) : 3], PATHS[below(PATHS.length)], context(below)];
        const what = `${round}: ${subject} ${action} ${path} ${JSON.stringify(given)} at ${now - EPOCH}`;
        const checked = told(() => tenant.check(subject, action, path, given).decision === "allow");
        assert.equal(told(() => tenant.can(subject, action, path, given)), checked, what);
        allowed += checked === true ? 1 : 0;
        const seen = told(() => checker.check(action, path, given).decision === "allow");
        assert.equal(told(() => checker.can(action, path, given)), seen, what);
      }
      checker.free();
      tenant.free();
    }
  } finally {
    Date.now = clock;
  }
  assert.ok(allowed > 1_000, `only ${allowed} allowed`);
});

test("a tenant of many members answers for each of them, before and after it forgets", () => {
  const policy = compile.Policy.parse('name = "many"\n[types.sign]\nactions = ["view"]\n[roles.viewer]\nat = ["sign", "/"]\nallow = ["sign:view"]\n');
  const members = Array.from({ length: 30_000 }, (_, index) => ({ subject: `user:member-${index}` }));
  const assignments = members.filter((_, index) => index % 3 === 0).map(({ subject }) => ({ to: subject, role: "viewer", scope: "/" }));
  const tenant = compile.Tenant.load(policy, { members, assignments });
  for (let round = 0; round < 4; round++) {
    for (const [index, { subject }] of members.entries()) assert.equal(tenant.can(subject, "view", "sign:1"), index % 3 === 0, subject);
  }
  tenant.free();
  assert.throws(() => tenant.can("user:member-0", "view", "sign:1"), { code: "freed" });
});

test("of more resources than the engine keeps walks to, each keeps its own answer", async () => {
  const model = `name = "walks"
[types.sign]
actions = ["edit"]
[context]
amount = "int"
[roles.buyer]
at = ["/"]
when = "resource.id.startsWith('a') && context.amount < 5 || context.amount + 0 == 7"
allow = ["sign:edit"]
`;
  const assignments = [{ to: "user:ann", role: "buyer", scope: "/" }];
  const tenant = compile.Tenant.load(compile.Policy.parse(model), { members: [{ subject: "user:ann" }], assignments });
  const checker = await countersign.Checker.load(tenant.snapshot("user:ann"));
  for (const amount of [4, 7, 5]) {
    // Twice as many, and then the last of them, of which the engine still has the walks.
    for (const index of [...Array(600).keys(), 599, 400, 345, 344, 343, 0]) {
      const id = `${index % 3 ? "a" : "b"}${index}`;
      assert.equal(checker.can("edit", `sign:${id}`, { amount }), amount === 7 || (amount === 4 && index % 3 !== 0), `${id}: ${amount}`);
    }
  }
  checker.free();
  tenant.free();
});

test("what the clock decided at one moment is no answer at an earlier one, however soon its grant ends", async () => {
  const hour = 3_600_000;
  const model = `name = "noon"
[types.sign]
actions = ["edit"]
[context]
cost = "decimal"
[roles.buyer]
at = ["/"]
when = "context.cost < 100 && now >= timestamp('${new Date(EPOCH + 12 * hour).toISOString()}')"
allow = ["sign:edit"]
`;
  const assignments = [{ to: "user:ann", role: "buyer", until: new Date(EPOCH + 14 * hour).toISOString() }];
  const tenant = compile.Tenant.load(compile.Policy.parse(model), { members: [{ subject: "user:ann" }], assignments });
  for (const end of [13, 14]) {
    // The answer ends with the snapshot, or with the grant.
    const checker = await countersign.Checker.load(tenant.snapshot("user:ann", { now: EPOCH, ttl: (end === 13 ? 13 : 20) * hour }), { now: EPOCH });
    for (const now of [EPOCH, EPOCH + end * hour - 1, EPOCH + hour, EPOCH + end * hour - 0.5, EPOCH]) {
      const may = now >= EPOCH + 12 * hour;
      for (const path of ["sign:1", "sign:2"]) assert.equal(checker.can("edit", path, { cost: 5 }, { now }), may, `${path} at ${now - EPOCH} of ${end} h`);
    }
    checker.free();
  }
  tenant.free();
});
