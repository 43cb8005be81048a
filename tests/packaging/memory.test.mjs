/**
 * How much memory a checker of 200 permissions at 1,000 scopes takes, in Node and in Chromium: what the shipped module grows
 * by, and what JavaScript keeps.
 */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { launch } from "../e2e/browser.mjs";
import { served } from "./hosts/project.mjs";
import { install } from "./install.mjs";

const MOST = 1 << 20;
/** A heap has some noise in it: code that is compiled just then, say. The least of so many loads is what a checker keeps. */
const LOADS = 3;
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

const made = new Map();
/** The snapshot of that name. */
function snapshotOf(name) {
  if (!made.has(name)) made.set(name, make(KINDS[name]()));
  return made.get(name);
}

/** Bytes that JavaScript holds, without the modules' memories. */
function held() {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function judge(figures) {
  console.log(JSON.stringify(figures));
  assert.ok(figures.module > figures.snapshot, "the module's memory was not looked at");
  assert.ok(figures.script > 0, "JavaScript's memory was not looked at");
  assert.ok(figures.module + figures.script <= MOST, JSON.stringify(figures));
}

for (const name of Object.keys(KINDS)) {
  test(`by ${name}, a checker takes at most a megabyte in Node`, async () => {
    const snapshot = snapshotOf(name);
    const figures = { module: 0, script: Infinity, snapshot: snapshot.length };
    for (let load = 0; load < LOADS; load++) {
      // A module of its own: memory that another snapshot has left would be used again.
      const { Checker: Fresh } = await import(`${project.entry}?${name}${load}`);
      memories.length = 0;
      await Fresh.load(make({})).then((warm) => warm.free());
      const [[memory, first]] = memories;
      const kept = held();
      const checker = await Fresh.load(snapshot);
      assert.ok(checker.can("a3", `${SCOPES[500]}/t7:x`));
      assert.ok(!checker.can("a3", "project:other/t7:x"));
      figures.module = Math.max(figures.module, memory.buffer.byteLength - first);
      figures.script = Math.min(figures.script, held() - kept);

      // The details read the bytes where the runtime has them.
      assert.match(JSON.stringify(checker.explain("a3", `${SCOPES[500]}/t7:x`)), /project-000500/);
      assert.ok(checker.anywhere("a3", "t7"));
      checker.free();
    }
    judge(figures);
  });
}

test("and in Chromium", async () => {
  const folder = join(project.directory, "node_modules/countersign/dist");
  writeFileSync(join(folder, "index.html"), '<!doctype html><link rel="icon" href="data:,">');
  writeFileSync(join(folder, "nothing.snapshot"), make({}));
  const { address, close } = await served(folder);
  const browser = await launch();
  try {
    for (const name of Object.keys(KINDS)) {
      const snapshot = snapshotOf(name);
      writeFileSync(join(folder, `${name}.snapshot`), snapshot);
      const page = await browser.newPage();
      await page.goto(address);
      const protocol = await page.context().newCDPSession(page);
      const taken = async () => {
        await protocol.send("HeapProfiler.collectGarbage");
        const { usedSize, embedderHeapUsedSize, backingStorageSize } = await protocol.send("Runtime.getHeapUsage");
        return usedSize + embedderHeapUsedSize + backingStorageSize;
      };
      await page.evaluate(inPage.prepare);
      const kept = await taken();
      const module = await page.evaluate(inPage.load, [name, `${SCOPES[500]}/t7:x`]);
      judge({ module, script: (await taken()) - kept, snapshot: snapshot.length });
      await page.close();
    }
  } finally {
    await browser.close();
    close();
  }
});

/** What runs in the page. */
const inPage = {
  /** Loads the package, and a snapshot in which there is nothing. */
  async prepare() {
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (...of) => {
      const made = await instantiate(...of);
      globalThis.memory = made.instance.exports.memory;
      globalThis.first = globalThis.memory.buffer.byteLength;
      return made;
    };
    ({ Checker: globalThis.Checker } = await import("/entry-web.js"));
    await globalThis.Checker.load(await fetch("/nothing.snapshot")).then((warm) => warm.free());
  },
  /** Loads the snapshot of the name, and gives by how much the module has grown. */
  async load([name, path]) {
    globalThis.checker = await globalThis.Checker.load(await fetch(`/${name}.snapshot`));
    if (!globalThis.checker.can("a3", path) || globalThis.checker.can("a3", "project:other/t7:x")) throw new Error("a wrong answer");
    return globalThis.memory.buffer.byteLength - globalThis.first;
  },
};
