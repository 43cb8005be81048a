/** Every way to call the package wrongly ends in a `CountersignError` with its code, and never in an allow. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { document } from "../scenarios/corpus.mjs";
import { install } from "./install.mjs";

const SIGN = "project:renovation/state:draft/sign:r2";
const HOUR = 3_600_000;

let project;
let Checker;
let CountersignError;
let compile;
let tenant;
let checker;

before(async () => {
  project = install();
  ({ Checker, CountersignError } = await project.load("countersign"));
  compile = await project.load("countersign/compile");
  tenant = compile.Tenant.load(compile.Policy.parse(document("signagent.toml")), document("acme.toml"));
  checker = await Checker.load(tenant.snapshot("user:olivia"));
});
after(() => project?.remove());

const getter = { get path() { return SIGN; } };
const throwing = new Proxy({}, { get() { throw new Error("trap"); }, ownKeys() { throw new Error("trap"); }, getPrototypeOf() { throw new Error("trap"); } });
const revoked = (() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; })();
const proto = JSON.parse('{"__proto__": {"path": "x"}}');
const deep = JSON.parse(`${'{"a":'.repeat(100)}1${"}".repeat(100)}`);
const cyclic = {}; cyclic.self = cyclic;

const QUESTIONS = [
  ["unknown_action", "a misspelt action", ["edti", SIGN], /did you mean `edit`/],
  ["unknown_action", "an action of another type", ["place", SIGN]],
  ["unknown_action", "an action named like a method", ["constructor", SIGN]],
  ["unknown_action", "an empty action", ["", SIGN]],
  ["unknown_type", "a misspelt type", ["edit", "projcet:renovation"], /did you mean `project`/],
  ["unknown_type", "a misspelt type further out", ["edit", "project:renovation/stat:draft/sign:r2"], /did you mean `state`/],
  ["unknown_type", "a type named like a property", ["edit", "__proto__:x"]],
  ["invalid_path", "no id", ["edit", "project"]],
  ["invalid_path", "an empty id", ["edit", "project:"]],
  ["invalid_path", "an empty path", ["edit", ""]],
  ["invalid_path", "the root", ["edit", "/"]],
  ["invalid_path", "a slash too many", ["edit", "project:renovation/"]],
  ["invalid_path", "an empty segment", ["edit", "project:renovation//state:draft"]],
  ["invalid_path", "a control character", ["edit", "project:reno\u0000vation"]],
  ["invalid_path", "a control character of two bytes", ["edit", "project:reno\u0085vation"]],
  ["invalid_path", "an id too long", ["edit", `project:${"x".repeat(257)}`]],
  ["invalid_path", "an id too long when encoded", ["edit", `project:${"é".repeat(129)}`]],
  ["invalid_path", "half a surrogate pair", ["edit", "project:\ud800"]],
  ["invalid_path", "a path too deep", ["edit", Array(40).fill("project:p").join("/")]],
  ["invalid_path", "a path too long", ["edit", `project:${"x".repeat(9_000)}`]],
  ["invalid_path", "a path too long when encoded", ["edit", `project:${"é".repeat(5_000)}`]],
  ["invalid_argument", "an action that is no string", [1, SIGN]],
  ["invalid_argument", "an action that is a String object", [new String("edit"), SIGN]],
  ["invalid_argument", "no action", [undefined, SIGN]],
  ["invalid_argument", "no resource", ["edit", undefined]],
  ["invalid_argument", "a resource of null", ["edit", null]],
  ["invalid_argument", "a resource that is a number", ["edit", 42]],
  ["invalid_argument", "a resource that is an array", ["edit", [SIGN]]],
  ["invalid_argument", "a resource whose path is a getter", ["edit", getter]],
  ["invalid_argument", "a resource with an unknown key", ["edit", { path: SIGN, atributes: {} }]],
  ["invalid_argument", "a resource whose path is inherited", ["edit", Object.create({ path: SIGN })]],
  ["invalid_argument", "a resource that is a hostile proxy", ["edit", throwing]],
  ["invalid_argument", "a resource that is a revoked proxy", ["edit", revoked]],
  ["invalid_argument", "attributes with __proto__", ["edit", { path: SIGN, attributes: proto }]],
  ["invalid_argument", "context with __proto__", ["edit", SIGN, proto]],
  ["invalid_argument", "context that is text", ["edit", SIGN, "soft"]],
  ["invalid_argument", "context that is null", ["edit", SIGN, null]],
  ["invalid_argument", "context with a function", ["edit", SIGN, { cost() {} }]],
  ["invalid_argument", "context with a symbol", ["edit", SIGN, { [Symbol.iterator]: 1 }]],
  ["invalid_argument", "context that is not finite", ["edit", SIGN, { cost: NaN }]],
  ["invalid_argument", "context nested deeply", ["edit", SIGN, deep]],
  ["invalid_argument", "context that holds itself", ["edit", SIGN, cyclic]],
  ["invalid_argument", "context with a huge array", ["edit", SIGN, { list: new Array(4_000_000_000) }]],
  ["invalid_argument", "context that is a class instance", ["edit", SIGN, new Map()]],
  ["invalid_argument", "`now` in the place of the context", ["edit", SIGN, { now: 0 }]],
  ["invalid_argument", "a `now` that is no date", ["edit", SIGN, undefined, { now: new Date(NaN) }]],
  ["invalid_argument", "a `now` that is text", ["edit", SIGN, undefined, { now: "2026-01-01" }]],
  ["invalid_argument", "a `now` that only looks like a date", ["edit", SIGN, undefined, { now: { getTime: () => 0 } }]],
  ["invalid_argument", "an unknown option", ["edit", SIGN, undefined, { when: 0 }]],
  ["invalid_argument", "options of null", ["edit", SIGN, undefined, null]],
];

describe("questions", () => {
  for (const [code, title, args, message] of QUESTIONS) {
    test(`${title}: ${code}`, () => {
      assert.throws(() => checker.can(...args), coded(code, message));
      assert.throws(() => checker.check(...args), coded(code, message));
      assert.throws(() => tenant.can("user:olivia", ...args), coded(code, message));
      assert.throws(() => tenant.check("user:olivia", ...args), coded(code, message));
      if (code !== "unknown_action") assert.throws(() => checker.filter(args[0], [args[1]], ...args.slice(2)), coded(code, message));
    });
  }

  test("a misplaced path is no mistake, and no allow", () => {
    assert.equal(checker.can("edit", "sign:r2"), false);
    const { stage, detail } = checker.check("edit", "sign:r2").reason;
    assert.equal(stage, "default");
    assert.match(detail, /declared parent/);
    assert.deepEqual(checker.actions("sign:r2"), []);
  });

  test("a document that would leave something out is refused", () => {
    const policy = compile.Policy.parse(document("signagent.toml"));
    const load = (until, change = (list) => list) => {
      const assignments = change([{ to: "user:ann", role: "viewer", until }]);
      return compile.Tenant.load(policy, { members: [{ subject: "user:ann" }], assignments });
    };
    class Silent extends Date { toJSON() { return undefined; } }
    const over = new Date(0);
    assert.equal(load(over).can("user:ann", "view", "project:renovation"), false);
    for (const until of [new Silent(0), Object.assign(new Date(0), { toJSON: () => undefined }), Object.assign(new Date(0), { toISOString: () => "2999-01-01T00:00:00Z" }), new Date(NaN)]) {
      assert.throws(() => load(until), (error) => error instanceof CountersignError && error.code !== "internal");
    }
    assert.throws(() => load(over, (list) => Object.assign(list, { toJSON: () => [{ to: "user:ann", role: "viewer" }] })), coded("invalid_argument"));
  });

  test("hostile lists are refused", () => {
    assert.throws(() => checker.filter("edit", undefined), coded("invalid_argument"));
    assert.throws(() => checker.filter("edit", new Array(4_000_000_000)), coded("invalid_argument"));
    assert.throws(() => checker.filter("edit", throwing), coded("invalid_argument"));
  });

  test("ids that are not ASCII are compared byte for byte", () => {
    assert.equal(checker.can("edit", "project:r\u00e9novation"), true);
    assert.equal(checker.can("edit", "project:\u{1f6a9}"), true);
  });

  test("half a character is no id, and nobody else's", () => {
    const known = compile.Tenant.load(compile.Policy.parse(document("signagent.toml")), { members: [{ subject: "user:\ufffd" }], overrides: [{ subject: "user:\ufffd", permission: "project:edit", scope: "project:\ufffd", effect: "allow" }] });
    assert.equal(known.can("user:\ufffd", "edit", "project:\ufffd"), true);
    for (const ask of [known.can, known.check, known.explain].map((ask) => ask.bind(known))) {
      assert.throws(() => ask("user:\ud801", "edit", "project:\ufffd"), coded("invalid_argument"));
      assert.throws(() => ask("user:\ufffd", "edit", "project:\ud801"), coded("invalid_path"));
    }
    assert.throws(() => known.snapshot("user:\udfff"), coded("invalid_argument"));
    assert.throws(() => known.resources("user:\udfff", "edit", "project"), coded("invalid_argument"));
  });
});

describe("loading", () => {
  const bad = [
    ["invalid_argument", "nothing", () => undefined],
    ["invalid_argument", "text", () => "snapshot"],
    ["invalid_argument", "an array of numbers", () => [1, 2, 3]],
    ["invalid_argument", "an object like a buffer", () => ({ byteLength: 3 })],
    ["invalid_argument", "a hostile proxy", () => throwing],
    ["snapshot_corrupt", "no bytes", () => new Uint8Array()],
    ["snapshot_corrupt", "cut off", () => tenant.snapshot("user:olivia").subarray(0, 40)],
    ["snapshot_corrupt", "one bit changed", () => flipped(tenant.snapshot("user:olivia"))],
    ["snapshot_expired", "expired", () => tenant.snapshot("user:olivia", { now: 0, ttl: 1 })],
    ["fetch_failed", "an answer that is no success", () => new Response("no", { status: 403 })],
  ];
  for (const [code, title, make] of bad) {
    test(`${title}: ${code}`, async () => assert.rejects(Checker.load(make()), coded(code)));
  }

  test("bytes, buffers, views with an offset and responses load", async () => {
    const bytes = tenant.snapshot("user:olivia");
    const padded = new Uint8Array(bytes.length + 8);
    padded.set(bytes, 8);
    for (const source of [bytes, bytes.slice().buffer, padded.subarray(8), Buffer.from(bytes), new Response(bytes)]) {
      const loaded = await Checker.load(source);
      assert.equal(loaded.can("edit", SIGN), true);
      assert.equal(loaded.subject, "user:olivia");
      loaded.free();
    }
  });

  test("the constructors are closed", () => {
    assert.throws(() => new Checker(), coded("invalid_argument"));
    assert.throws(() => new compile.Policy(), coded("invalid_argument"));
    assert.throws(() => new compile.Tenant(), coded("invalid_argument"));
  });
});

describe("time", () => {
  test("an expired checker answers no", async () => {
    const start = Date.now();
    const short = await Checker.load(tenant.snapshot("user:olivia", { ttl: HOUR }));
    assert.equal(short.can("edit", SIGN), true);
    const later = { now: start + 2 * HOUR };
    assert.equal(short.can("edit", SIGN, undefined, later), false);
    assert.deepEqual(short.check("edit", SIGN, undefined, later).reason, { stage: "status", detail: "expired" });
    assert.deepEqual(short.actions(SIGN, undefined, later), []);
    assert.deepEqual(short.filter("edit", [SIGN], undefined, later), []);
    assert.equal(short.can("edit", SIGN), true, "and asking about the future changes nothing for now");
    short.free();
  });

  test("a known answer is not served past its end within one synchronous run", async (context) => {
    const end = Date.parse("2026-03-01T00:00:00Z");
    context.mock.timers.enable({ apis: ["Date"], now: end - 1_000 });
    const ken = await Checker.load(tenant.snapshot("user:ken"));
    for (let round = 0; round < 100; round++) assert.equal(ken.can("edit", SIGN), true);
    assert.equal(ken.validUntil([SIGN]), end);
    context.mock.timers.setTime(end);
    assert.equal(ken.can("edit", SIGN), false);
    context.mock.timers.setTime(end - 1);
    assert.equal(ken.can("edit", SIGN), true, "a clock that goes back");
    context.mock.timers.setTime(end + HOUR);
    assert.equal(ken.can("edit", SIGN), false, "the snapshot's own expiry");
    ken.free();
  });

  test("more resources than are remembered get right answers", () => {
    const paths = Array.from({ length: 50_000 }, (_, index) => `project:p${index}`);
    assert.equal(checker.filter("edit", paths).length, paths.length);
    for (const path of paths) assert.equal(checker.can("edit", path), true);
  });
});

describe("life", () => {
  test("after free every call throws", async () => {
    const freed = await Checker.load(tenant.snapshot("user:olivia"));
    assert.equal(freed.can("edit", SIGN), true);
    freed.free();
    freed.free();
    for (const call of [
      () => freed.can("edit", SIGN),
      () => freed.check("edit", SIGN),
      () => freed.actions(SIGN),
      () => freed.filter("edit", []),
      () => freed.revision,
    ]) assert.throws(call, coded("freed"));
    await assert.rejects(freed.update(tenant.snapshot("user:olivia")), coded("freed"));
  });

  test("an update changes answers at once, or leaves them", async () => {
    const vera = await Checker.load(tenant.snapshot("user:vera"));
    await assert.rejects(vera.update(tenant.snapshot("user:olivia")), coded("snapshot_foreign"));
    await assert.rejects(vera.update(new Uint8Array(10)), coded("snapshot_corrupt"));
    assert.equal(vera.can("view", SIGN), true);
    assert.equal(await vera.update(tenant.snapshot("user:vera", { ttl: 2 * HOUR })), true);
    assert.equal(await vera.update(tenant.snapshot("user:vera", { ttl: HOUR })), false, "the one that lasts longer stays");
    assert.equal(vera.can("view", SIGN), true);
    vera.free();
  });

  test("many checkers live side by side while memory grows", async () => {
    const all = [];
    for (let index = 0; index < 2_000; index++) all.push(await Checker.load(tenant.snapshot(index % 2 ? "user:eddie" : "user:vera")));
    all.forEach((one, index) => assert.equal(one.can("edit", SIGN), index % 2 === 1));
    for (const one of all) one.free();
    assert.equal(checker.can("edit", `${SIGN}-fresh`), true);
  });
});

describe("documents", () => {
  test("a misspelt key of a model is pointed at", () => {
    const text = document("signagent.toml").replace("[types.sign_type]\nactions", "[types.sign_type]\nactoins");
    assert.throws(() => compile.Policy.parse(text, { name: "signagent.toml" }), (error) => {
      assert.ok(coded("invalid_model", /actoins/)(error));
      const [first] = error.diagnostics;
      assert.equal(first.file, "signagent.toml");
      assert.equal(text.split("\n")[first.line - 1].slice(first.column - 1).startsWith("actoins"), true);
      return true;
    });
  });

  test("an unknown role in a tenant is pointed at", () => {
    const policy = compile.Policy.parse(document("signagent.toml"));
    const text = document("acme.toml").replace('role = "editor"', 'role = "edtor"');
    assert.throws(() => compile.Tenant.load(policy, text, { name: "acme.toml" }), (error) => {
      assert.ok(coded("invalid_tenant", /edtor/)(error));
      assert.equal(error.diagnostics[0].file, "acme.toml");
      return true;
    });
  });

  test("what is no document is refused", () => {
    assert.throws(() => compile.Policy.parse(12), coded("invalid_argument"));
    assert.throws(() => compile.Policy.parse("name = "), coded("invalid_model"));
    const policy = compile.Policy.parse(document("signagent.toml"));
    const freed = compile.Policy.parse(document("signagent.toml"));
    freed.free();
    assert.throws(() => compile.Tenant.load(freed, ""), coded("freed"));
    assert.throws(() => compile.Tenant.load({}, ""), coded("invalid_argument"));
    assert.throws(() => compile.Tenant.load(policy, undefined), coded("invalid_argument"));
    assert.throws(() => compile.Tenant.load(policy, cyclic), coded("invalid_argument"));
    assert.throws(() => tenant.check("user:vera", "view"), coded("invalid_argument"));
    assert.throws(() => tenant.check(undefined, "view", SIGN), coded("invalid_argument"));
    assert.throws(() => tenant.snapshot("user:vera", { ttl: -1 }), coded("invalid_argument"));
  });

  test("what JSON would leave out of a tenant is refused, not left out", () => {
    const policy = compile.Policy.parse(document("signagent.toml"));
    const given = (more) => ({
      members: [{ subject: "user:ann" }],
      assignments: [{ to: "user:ann", role: "viewer", ...more }],
    });
    assert.ok(compile.Tenant.load(policy, given({ when: "subject.licensed" })));
    assert.ok(compile.Tenant.load(policy, given({ until: new Date(0) })));
    class Made {}
    for (const lost of [{ when: undefined }, { when: () => true }, { until: undefined }, { scope: Symbol("p") }, { when: new Map() }]) {
      assert.throws(() => compile.Tenant.load(policy, given(lost)), coded("invalid_argument"));
    }
    assert.throws(() => compile.Tenant.load(policy, { members: [Object.assign(new Made(), { subject: "user:ann" })] }), coded("invalid_argument"));
    assert.throws(() => compile.Tenant.load(policy, { members: [{ get subject() { return "user:ann"; } }] }), coded("invalid_argument"));
  });

  test("in memory, too, what is misspelt throws; a resource that cannot exist is a deny", () => {
    for (const [action, resource, code] of [
      ["edti", SIGN, "unknown_action"],
      ["edit", "projcet:renovation", "unknown_type"],
      ["edit", "project", "invalid_path"],
      ["edit", "project:", "invalid_path"],
    ]) {
      assert.throws(() => tenant.can("user:olivia", action, resource), coded(code));
      assert.throws(() => tenant.check("user:olivia", action, resource), coded(code));
    }
    assert.equal(tenant.can("user:olivia", "edit", "sign:r2"), false);
    const { decision, reason } = tenant.check("user:olivia", "edit", "sign:r2");
    assert.deepEqual([decision, reason.stage], ["deny", "default"]);
    assert.equal(typeof reason.detail, "string");
  });
});

function coded(code, message) {
  return (error) => {
    assert.ok(error instanceof CountersignError || error?.name === "CountersignError", `threw ${error}`);
    assert.equal(error.code, code, error.message);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  };
}

function flipped(bytes) {
  const copy = bytes.slice();
  copy[copy.length >> 1] ^= 1;
  return copy;
}
