/** What callers supply: every kind against every JavaScript value, from a snapshot and in memory, and against what is stored. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { install } from "./install.mjs";

const KINDS = ["bool", "int", "decimal", "string", "timestamp", "ip"];
const ALL = [...KINDS, ...KINDS.map((kind) => `${kind}s`)];
const declared = (kind) => (kind.endsWith("s") ? `type = "list", of = "${kind.slice(0, -1)}"` : `type = "${kind}"`);

let project;
let countersign;
let compile;
let policy;

before(async () => {
  project = install();
  countersign = await project.load("countersign");
  compile = await project.load("countersign/compile");
  policy = compile.Policy.parse(model());
});
after(() => project?.remove());

/** One action a kind that is permitted where the supplied value is of the kind, and one where it equals the stored one. */
function model() {
  const names = ALL.flatMap((kind) => [`is_${kind}`, `same_${kind}`]);
  const lines = ['name = "given"', "[types.thing]", `actions = ${JSON.stringify([...names, "other"])}`];
  for (const kind of ALL) lines.push(`attributes.of_${kind} = { ${declared(kind)}, from = "request" }`);
  lines.push("[subject.attributes]", ...ALL.map((kind) => `${kind} = { ${declared(kind)} }`));
  lines.push('from_request = { type = "bool", from = "request" }', "[action.attributes]", 'soft = { type = "bool", from = "request" }');
  lines.push("[context]", ...ALL.map((kind) => `${kind} = { ${declared(kind)} }`));
  const permit = (action, when) => lines.push("[[rules]]", 'effect = "permit"', `permissions = ["thing:${action}"]`, `when = "${when}"`);
  for (const kind of ALL) {
    permit(`is_${kind}`, `context.${kind} == context.${kind} && resource.of_${kind} == context.${kind}`);
    permit(`same_${kind}`, `context.${kind} == subject.${kind}`);
  }
  permit("other", "subject.from_request && action.soft");
  return lines.join("\n");
}

/** Whether the tenant file takes the value for the attribute: it is read by other code, from JSON. */
function stored(kind, value) {
  try {
    const data = { members: [{ subject: "user:ann", attributes: { [kind]: value } }] };
    return compile.Tenant.load(policy, data);
  } catch (error) {
    assert.ok(["invalid_tenant", "invalid_argument"].includes(error.code), error.message);
    return undefined;
  }
}

/** Asks both surfaces; they must agree. */
async function asked(tenant, checker, action, context, attributes, options) {
  const resource = { path: "thing:1", attributes };
  const may = tenant.can("user:ann", action, resource, context, options);
  assert.equal(checker.can(action, resource, context, options), may);
  assert.equal(checker.check(action, resource, context, options).decision === "allow", may);
  assert.equal(checker.actions(resource, context, options).includes(action), may);
  assert.equal(checker.filter(action, [resource], context, options).length === 1, may);
  return may;
}

const list = (length, item = 1) => Array.from({ length }, () => item);
const VALUES = [
  true, false, null, "", "true", 0, -0, 1, -1, 0.5, 12.5, 50.01, 0.1 + 0.2, 1e21, 1e-7, 1e300, 5e-324, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 53 + 1,
  21_474_836.47, 21_474_836.48, 1.005, 9.995, "5", "5.0", "50.00", "-0.50", "1e3", "0x10", " 5", "5 ", "NaN", "Infinity",
  "x".repeat(4_096), "x".repeat(4_097), "é".repeat(2_048), "é".repeat(2_049), "\ud800", "\ud800\udc00", "a\u0000b", `0.${"0".repeat(5_000)}`,
  "2026-03-01T12:00:00Z", "2026-03-01T12:00:00.1239+02:00", "2026-02-29T00:00:00Z", "2026-03-01", "2026-03-01T12:00:00", "2026-03-01 12:00:00Z",
  new Date(0), new Date(1.7e12), new Date(NaN), new Date(8.64e15), new Date(-8.64e15),
  "10.0.0.1", "::1", "::ffff:10.0.0.1", "10.0.0.256", "10.0.0.0/8",
  [], [1], [1, 2.5], [true, 1], ["a", "b"], [null], [[1]], [{}], list(256), list(257), new Array(3), [1, , 3], [new Date(0)], ["10.0.0.1", "::1"],
  {}, { a: 1 }, ["2026-03-01T12:00:00Z"], list(256, "x".repeat(10)),
];

const shown = (value) => (JSON.stringify(value) ?? String(value)).slice(0, 40);

describe("every kind and every value", () => {
  for (const kind of ALL) {
    test(kind, async () => {
      const bare = stored(kind, undefined) ?? compile.Tenant.load(policy, { members: [{ subject: "user:ann" }] });
      for (const value of VALUES) {
        const tenant = stored(kind, value);
        const from = tenant ?? bare;
        const checker = await countersign.Checker.load(from.snapshot("user:ann"));
        const context = { [kind]: value };
        const attributes = { [`of_${kind}`]: value };
        assert.equal(await asked(from, checker, `is_${kind}`, context, attributes), tenant !== undefined, `${shown(value)} is of the kind`);
        assert.equal(await asked(from, checker, `same_${kind}`, context, {}), tenant !== undefined, `${shown(value)} is what is stored`);
        checker.free();
        tenant?.free();
      }
    });
  }
});

test("random numbers are what JSON makes of them", async () => {
  const bytes = new DataView(new ArrayBuffer(8));
  let seed = 7;
  const next = () => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0);
  const random = () => {
    const kind = next() % 4;
    if (kind === 0) return (next() - next()) / 100;
    if (kind === 1) return (next() - next()) / 10 ** (next() % 12);
    if (kind === 2) return next() - next();
    bytes.setUint32(0, next());
    bytes.setUint32(4, next());
    const any = bytes.getFloat64(0);
    return Number.isFinite(any) ? any : 0;
  };
  for (let round = 0; round < 30; round++) {
    const values = Array.from({ length: 100 }, random);
    for (const kind of ["decimals", "ints"]) {
      // Only what the kind takes can be stored; the rest must be of no kind when it is supplied.
      const good = values.filter((value) => {
        const tenant = stored(kind, [value]);
        tenant?.free();
        return tenant !== undefined;
      });
      const tenant = stored(kind, good);
      const checker = await countersign.Checker.load(tenant.snapshot("user:ann"));
      assert.equal(await asked(tenant, checker, `same_${kind}`, { [kind]: good }, {}), true, `${good}`);
      for (const bad of values.filter((value) => !good.includes(value))) {
        assert.equal(checker.can(`is_${kind}`, { path: "thing:1", attributes: { [`of_${kind}`]: [bad] } }, { [kind]: [bad] }), false, `${bad}`);
      }
      checker.free();
      tenant.free();
    }
  }
});

test("what is stored cannot be supplied, nor what is not declared", async () => {
  const tenant = compile.Tenant.load(policy, { members: [{ subject: "user:ann", attributes: { int: 5 } }] });
  const checker = await countersign.Checker.load(tenant.snapshot("user:ann"));
  const may = (context, options) => asked(tenant, checker, "same_int", context, { int: 6, int_: 6 }, options);
  assert.equal(await may({ int: 6 }, { subjectAttributes: { int: 6 } }), false);
  assert.equal(await may({ int: 5, other: 6, "": null }, { subjectAttributes: { int: 6, unknown: {} } }), true);
  const both = { subjectAttributes: { from_request: true }, actionAttributes: { soft: true } };
  assert.equal(await asked(tenant, checker, "other", undefined, {}, both), true);
  assert.equal(await asked(tenant, checker, "other", undefined, {}, { subjectAttributes: { from_request: true } }), false);
  assert.equal(await asked(tenant, checker, "other", { soft: true }, {}, { subjectAttributes: { from_request: true } }), false);
  checker.free();
});

test("getters and strange objects are refused, and a proxy is read once", async () => {
  const tenant = compile.Tenant.load(policy, { members: [{ subject: "user:ann", attributes: { int: 5 } }] });
  const checker = await countersign.Checker.load(tenant.snapshot("user:ann"));
  const refused = (context) => assert.throws(() => checker.can("same_int", "thing:1", context), { code: "invalid_argument" });
  for (const context of [{ get int() { return 5; } }, new (class { int = 5; })(), { int: 5n }, { int: Symbol() }, { int: new Number(5) }, [5], { int: Infinity }]) refused(context);
  let reads = 0;
  const lying = new Proxy({ int: 5 }, { getOwnPropertyDescriptor: (target, key) => ({ ...Reflect.getOwnPropertyDescriptor(target, key), value: ++reads === 1 ? 6 : 5, writable: true, configurable: true, enumerable: true }) });
  checker.can("same_int", "thing:1", lying);
  const nested = new Proxy({ int: 5 }, { ownKeys: (target) => (checker.can("same_int", "thing:2", { int: 7 }), Reflect.ownKeys(target)) });
  assert.equal(checker.can("same_int", "thing:1", nested), true, "a question within a question");
  const freeing = new Proxy({ int: 5 }, { ownKeys: (target) => (checker.free(), Reflect.ownKeys(target)) });
  assert.throws(() => checker.can("same_int", "thing:1", freeing), { code: "freed" });
});

test("what is too large is refused and harms nothing", async () => {
  const tenant = compile.Tenant.load(policy, { members: [{ subject: "user:ann", attributes: { int: 5 } }] });
  const checker = await countersign.Checker.load(tenant.snapshot("user:ann"));
  const large = { strings: list(256, "é".repeat(4_000)), string: "é".repeat(4_000), int: 5 };
  assert.equal(await asked(tenant, checker, "same_int", large, {}), true);
  assert.equal(checker.can("same_int", "thing:1", { int: 5 }), true);
  assert.throws(() => checker.can("same_int", "thing:1", { strings: list(20_000) }), { code: "invalid_argument" });
  checker.free();
});
