/** How much memory a checker of 200 permissions at 1,000 scopes takes: what the shipped module grows by, and what JavaScript keeps. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { install } from "./install.mjs";

const MOST = 1 << 20;
/** What a checker keeps in JavaScript is some 80 KiB, for the questions asked last; the snapshot alone would be twice this. */
const SCRIPT = 240 << 10;
const SCOPES = Array.from({ length: 1000 }, (_, number) => `project:project-${String(number).padStart(6, "0")}`);
const TYPES = Array.from({ length: 20 }, (_, number) => `t${number}`);
const ACTIONS = Array.from({ length: 10 }, (_, number) => `a${number}`);

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

let project, make;
/** The memories of the modules that were instantiated, in order, and how large they were then. */
const memories = [];
before(async () => {
  const { Instance } = WebAssembly;
  WebAssembly.Instance = function (...of) {
    const instance = new Instance(...of);
    if (instance.exports.room !== undefined) memories.push([instance.exports.memory, instance.exports.memory.buffer.byteLength]);
    return instance;
  };
  project = install();
  const { Policy, Tenant } = await project.load("countersign/compile");
  const types = TYPES.map((type) => `[types.${type}]\nparent = "project"\nactions = ${JSON.stringify(ACTIONS)}\n[roles.${type}]\nat = ["project"]\nallow = ["${type}:*"]\n`);
  const policy = Policy.parse(`name = "m"\n[types.project]\nactions = ["view"]\n${types.join("")}`);
  make = (grants) => Tenant.load(policy, { members: [{ subject: "user:ann" }], ...grants }).snapshot("user:ann");
});
after(() => project?.remove());

const each = (of) => SCOPES.flatMap((scope) => TYPES.flatMap((type) => of(scope, type)));
const KINDS = {
  roles: () => ({ assignments: each((scope, role) => ({ to: "user:ann", role, scope })) }),
  overrides: () => ({
    overrides: each((scope, type) => ACTIONS.map((action) => ({ subject: "user:ann", permission: `${type}:${action}`, scope, effect: "allow" }))),
  }),
};

/** Bytes that JavaScript holds, without the modules' memories. */
function held() {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

for (const [name, grants] of Object.entries(KINDS)) {
  test(`by ${name}, the module grows by at most a megabyte, and JavaScript keeps no bytes`, async () => {
    // A module of its own: memory that another snapshot has left would be used again.
    const { Checker: Fresh } = await import(`${project.entry}?${name}`);
    const snapshot = make(grants());
    memories.length = 0;
    await Fresh.load(make({})).then((warm) => warm.free());
    const [[memory, first]] = memories;
    const kept = held();
    const checker = await Fresh.load(snapshot);
    assert.ok(checker.can("a3", `${SCOPES[500]}/t7:x`));
    assert.ok(!checker.can("a3", "project:other/t7:x"));
    const figures = { module: memory.buffer.byteLength - first, script: held() - kept, snapshot: snapshot.length };
    console.log(name, JSON.stringify(figures));
    assert.ok(figures.script <= SCRIPT, JSON.stringify(figures));
    assert.ok(figures.module > snapshot.length, "the module's memory was not looked at");
    assert.ok(figures.module <= MOST, JSON.stringify(figures));

    // The details read the bytes where the runtime has them.
    assert.match(JSON.stringify(checker.explain("a3", `${SCOPES[500]}/t7:x`)), /project-000500/);
    assert.ok(checker.anywhere("a3", "t7"));
    checker.free();
  });
}
