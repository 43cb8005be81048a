/**
 * Hostile values in every place of every call, generated: each gives a `CountersignError` with a code, or an answer that is
 * no allow; no getter runs, and nothing that all objects share is changed. `COUNTERSIGN_SEED` repeats a run.
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { document } from "../scenarios/corpus.mjs";
import { install } from "./install.mjs";

const CASES = Number(process.env.COUNTERSIGN_CASES ?? 5_000);
const SEED = Number(process.env.COUNTERSIGN_SEED ?? 20_260_301);
const SIGN = "project:renovation/state:draft/sign:r2";
const CODES = [
  "invalid_argument", "invalid_path", "unknown_action", "unknown_type", "freed", "snapshot_corrupt", "snapshot_version",
  "snapshot_expired", "snapshot_foreign", "invalid_model", "invalid_tenant", "sql_inexact", "fetch_failed", "wasm_unavailable",
];
const SHARED = [Object, Array, Function, String, Number, Boolean, Symbol, Map, Set, Promise, Date, Error, Uint8Array].map(({ prototype }) => prototype);

let project;
let countersign;
let compile;
/** Who may do nothing: whatever allows is wrong. Who may do everything: only plain data may be answered by an allow. */
const asked = {};

before(async () => {
  project = install();
  countersign = await project.load("countersign");
  compile = await project.load("countersign/compile");
  const { Policy, Tenant } = compile;
  asked.tenant = Tenant.load(Policy.parse(document("signagent.toml")), document("acme.toml"));
  asked.none = await countersign.Checker.load(asked.tenant.snapshot("user:mia"));
  asked.all = await countersign.Checker.load(asked.tenant.snapshot("user:olivia"));
  asked.freed = await countersign.Checker.load(asked.tenant.snapshot("user:olivia"));
  asked.freed.free();
});
after(() => project?.remove());

/** A stream of numbers from 0 to 1 that a seed repeats. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

let touched = 0;
const touch = (value) => {
  touched += 1;
  return value;
};
const fail = () => {
  throw new RangeError("a trap");
};
const TRAPS = Object.fromEntries(["get", "has", "ownKeys", "getPrototypeOf", "getOwnPropertyDescriptor"].map((trap) => [trap, fail]));

/** What a hostile caller has: `[name, value]`; `inner` is what is put inside. */
const HOSTILE = [
  ["null", () => null],
  ["a number", () => Number.NaN],
  ["a symbol", () => Symbol("edit")],
  ["a bigint", () => 1n],
  ["a function", () => fail],
  ["boxed text", () => new String(SIGN)],
  ["`__proto__` of its own", (inner) => Object.defineProperty({}, "__proto__", { value: inner, enumerable: true })],
  ["`__proto__` from JSON", () => JSON.parse('{"__proto__": {"path": "project:renovation", "licensed": true}}')],
  ["an inherited path", () => Object.create({ path: SIGN, attributes: {} })],
  ["a getter", () => ({ get path() { return touch(SIGN); }, get licensed() { return touch(true); } })],
  ["a getter in a getter", (inner) => ({ attributes: { get a() { return touch(inner); } } })],
  ["a getter that throws", () => ({ get path() { touch(); return fail(); } })],
  ["a setter alone", () => ({ set path(value) { touch(value); } })],
  ["a proxy that throws", () => new Proxy({}, TRAPS)],
  ["a proxy of an array that throws", () => new Proxy([], TRAPS)],
  ["a proxy that throws another proxy", () => new Proxy({}, { ...TRAPS, ownKeys() { throw new Proxy({}, TRAPS); } })],
  ["a revoked proxy", () => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; }],
  ["a proxy with another's keys", () => new Proxy({}, { ownKeys: () => ["path"], getOwnPropertyDescriptor: () => ({ get: () => touch(SIGN), configurable: true, enumerable: true }) })],
  ["a huge array", () => new Array(4_000_000_000)],
  ["a large array", () => new Array(20_000).fill(1)],
  ["a long text", () => "p".repeat(100_000)],
  ["nested deeply", () => JSON.parse(`${'{"a":'.repeat(200)}1${"}".repeat(200)}`)],
  ["a circle", () => { const circle = {}; circle.circle = circle; return circle; }],
  ["a map", () => new Map([["path", SIGN]])],
  ["an instance", () => new (class Resource { path = SIGN; })()],
  ["a date that is none", () => new Date(Number.NaN)],
  ["a detached buffer", () => { const bytes = new Uint8Array(8); structuredClone(bytes, { transfer: [bytes.buffer] }); return bytes; }],
  ["what turns into text", () => ({ toString: () => touch(SIGN), valueOf: () => touch(1), toJSON: () => touch({ path: SIGN }), [Symbol.toPrimitive]: () => touch("edit") })],
  ["keys of all objects", (inner) => ({ constructor: inner, toString: inner, hasOwnProperty: inner })],
  ["a promise", () => Promise.resolve(true)],
  ["half a pair", () => "project:\ud800"],
  ["control characters", () => "project:\u0000/sign:\u2028"],
  ["an inner name", () => "__proto__"],
  ["a path of inner names", () => "__proto__:constructor/prototype:x"],
];

/** The calls, with arguments that are in order: hostile ones take the places of some. */
const CALLS = [
  ["can", ["edit", SIGN, {}, {}]],
  ["check", ["edit", SIGN, {}, {}]],
  ["explain", ["edit", SIGN, {}, {}]],
  ["actions", [SIGN, {}, {}]],
  ["filter", ["edit", [SIGN], {}, {}]],
  ["anywhere", ["edit", "sign", {}, {}]],
  ["plan", ["edit", "sign", {}, {}]],
  ["validUntil", [[SIGN]]],
  ["update", [undefined, {}]],
];

/** The same, in memory, of a member without rights. */
const IN_MEMORY = [
  ["can", ["user:mia", "edit", SIGN, {}, {}]],
  ["check", ["user:mia", "edit", SIGN, {}, {}]],
  ["explain", ["user:mia", "edit", SIGN, {}, {}]],
  ["resources", ["user:mia", "edit", "project"]],
  ["plan", ["user:mia", "edit", "sign"]],
];

/** Whether an answer says that something is allowed. */
function allows(answer) {
  if (answer === true) return true;
  if (Array.isArray(answer)) return answer.length > 0;
  return answer?.decision === "allow" || answer?.kind === "always" || answer?.kind === "when";
}

/** What came of a call: `error` or `answer`; anything thrown that is no `CountersignError` with a code of ours is told. */
async function outcome(call) {
  try {
    return { answer: await call() };
  } catch (error) {
    assert.ok(error instanceof countersign.CountersignError || error instanceof compile.CountersignError, `threw ${typeof error}: ${inspected(error)}`);
    assert.ok(CODES.includes(error.code), `${error.code}: ${error.message}`);
    return { error };
  }
}

function inspected(error) {
  try {
    return String(error?.stack ?? error);
  } catch {
    return "what cannot be looked at";
  }
}

const shapes = () => SHARED.map((prototype) => Reflect.ownKeys(prototype).map((key) => [String(key), Object.getOwnPropertyDescriptor(prototype, key)]));

/** Makes so many hostile calls; a sentence for each that went wrong, and how many were refused. */
async function hostileCalls(count, { tenant, none, freed }) {
  touched = 0;
  const next = random(SEED);
  const pick = (list) => list[Math.floor(next() * list.length)];
  /** A hostile value, by itself or inside of something that looks plain. */
  const hostile = (depth = 0) => {
    const [name, make] = pick(HOSTILE);
    const value = make(depth < 2 && next() < 0.3 ? hostile(depth + 1).value : true);
    const wrapped = [
      [name, value],
      [`a path that is ${name}`, { path: value }],
      [`attributes that are ${name}`, { path: SIGN, attributes: value }],
      [`an attribute that is ${name}`, { path: SIGN, attributes: { sign_type: value } }],
      [`a list of ${name}`, [value]],
      [`a member that is ${name}`, { licensed: value }],
      [`options with ${name}`, { now: value, subjectAttributes: value }],
    ];
    const [called, wrap] = next() < 0.5 ? wrapped[0] : pick(wrapped);
    return { name: called, value: wrap };
  };
  const wrong = [];
  let refused = 0;
  for (let number = 0; number < count; number++) {
    const memory = next() < 0.3;
    const [method, sound] = pick(memory ? IN_MEMORY : CALLS);
    const args = [...sound];
    const names = [];
    for (let more = next() < 0.7 ? 1 : 2; more > 0; more--) {
      const place = Math.floor(next() * args.length);
      const { name, value } = hostile();
      // Everybody else's subject is not what is looked for here.
      if (memory && place === 0 && typeof value === "string" && value !== "user:mia") continue;
      args[place] = value;
      names.push(`${place} is ${name}`);
    }
    const what = `seed ${SEED}, case ${number}: ${memory ? "tenant" : "checker"}.${method}, ${names.join(", ")}`;
    try {
      const { answer, error } = await outcome(() => (memory ? tenant : none)[method](...args));
      assert.ok(error !== undefined || !allows(answer), `allowed: ${JSON.stringify(answer)}`);
      if (error !== undefined) refused += 1;
      if (!memory) {
        const { error: late } = await outcome(() => freed[method](...args));
        assert.ok(late !== undefined, "a freed checker answered");
      }
    } catch (error) {
      wrong.push(`${what}: ${error.message}`);
    }
    if (touched > 0) wrong.push(`${what}: code of the caller's ran`);
    touched = 0;
  }
  return { wrong, refused };
}

test(`${CASES} hostile calls`, async (context) => {
  const before = shapes();
  const { wrong, refused } = await hostileCalls(CASES, asked);
  assert.deepEqual(wrong.slice(0, 5), []);
  assert.deepEqual(shapes(), before, "what all objects share is as it was");
  assert.equal(asked.all.can("edit", SIGN), true, "and the engine still answers");
  assert.equal(asked.none.can("edit", SIGN), false);
  context.diagnostic(`${refused} of ${CASES} were refused with a code, the others answered and did not allow`);
  assert.ok(refused > CASES / 2);
});

test("checkers that are too trusting are found out", async () => {
  const says = (can) => Object.fromEntries(CALLS.map(([method]) => [method, method === "can" ? can : fail]));
  const found = async (none, freed = asked.freed) => (await hostileCalls(1_000, { tenant: asked.tenant, none, freed })).wrong.join("\n");
  const reads = Object.assign(Object.create(asked.none), { can: (_, resource) => resource.path === SIGN });
  assert.match(await found(reads), /checker\.can, 1 is .*(code of the caller's ran|threw)/);
  assert.match(await found(says((action) => action === "edit")), /allowed: true/);
  assert.match(await found(says(() => false)), /threw object: RangeError/);
  assert.match(await found(says(() => false), says(() => false)), /a freed checker answered/);
});

test("each hostile value is refused in each place, by one who may everything", async () => {
  const refusedAs = async (method, args, what) => {
    const { answer, error } = await outcome(() => asked.all[method](...args));
    assert.ok(error !== undefined || !allows(answer), `${method}, ${what}: allowed ${JSON.stringify(answer)}`);
  };
  for (const [name, make] of HOSTILE) {
    await refusedAs("can", [make(true), SIGN], `the action is ${name}`);
    await refusedAs("can", ["edit", make(true)], `the resource is ${name}`);
    await refusedAs("can", ["edit", { path: make(true) }], `the path is ${name}`);
    await refusedAs("filter", ["edit", [make(true)]], `one of the list is ${name}`);
    await refusedAs("anywhere", ["edit", make(true)], `the type is ${name}`);
  }
  assert.equal(touched, 0);
});

test("bytes that are changed are no snapshot", async () => {
  const next = random(SEED);
  const whole = asked.tenant.snapshot("user:olivia");
  for (let number = 0; number < 500; number++) {
    const bytes = whole.slice(0, next() < 0.3 ? Math.floor(next() * whole.length) : whole.length);
    if (bytes.length === whole.length) bytes[Math.floor(next() * bytes.length)] ^= 1 << Math.floor(next() * 8);
    const { error } = await outcome(() => countersign.Checker.load(bytes));
    assert.match(String(error?.code), /^snapshot_/, `case ${number}`);
  }
});

test("before anything is loaded, and where nothing can be, there is no answer", async () => {
  const { Checker, CountersignError } = await import(pathToFileURL(join(project.directory, "node_modules/countersign/dist/shared.js")).href + "?alone");
  await assert.rejects(Checker.load(asked.tenant.snapshot("user:olivia")), (error) => error instanceof CountersignError && error.code === "wasm_unavailable");
  for (const make of [() => new countersign.Checker(), () => new compile.Policy(), () => new compile.Tenant(), () => countersign.Checker.prototype.can.call({}, "edit", SIGN)]) {
    const { error } = await outcome(make);
    assert.equal(error?.code, "invalid_argument");
  }
});
