/**
 * From nothing to the first decision: a fresh process imports the package, loads a snapshot and asks; CASL does the same.
 *
 * The clock starts once Node runs a module: neither Node's own start nor that of its module loader is anybody's download.
 * The second table is what the whole process takes beyond one that only imports `node:fs`.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Policy, Tenant } from "../../crates/countersign-wasm/npm/dist/entry-compile-node.js";
import { median, table } from "./measure.mjs";

const RUNS = 25;
const directory = mkdtempSync(join(tmpdir(), "countersign-cold-"));
const snapshot = join(directory, "ann.snapshot");
const model = `name = "cold"\n[types.sign]\nactions = ["view", "edit"]\n[roles.viewer]\nallow = ["sign:view"]\n`;
const data = { members: [{ subject: "user:ann" }], assignments: [{ to: "user:ann", role: "viewer" }] };
writeFileSync(snapshot, Tenant.load(Policy.parse(model), data).snapshot("user:ann"));

const entry = new URL("../../crates/countersign-wasm/npm/dist/entry-node.js", import.meta.url).href;
const PROGRAMS = {
  CASL: `
    const { createMongoAbility } = await import(${JSON.stringify(import.meta.resolve("@casl/ability"))});
    const answer = createMongoAbility([{ action: "view", subject: "sign" }]).can("view", "sign");`,
  countersign: `
    const { Checker } = await import(${JSON.stringify(entry)});
    const answer = (await Checker.load(readFileSync(${JSON.stringify(snapshot)}))).can("view", "sign:1");`,
  "nothing at all": "const answer = true;",
};

const inside = {};
const whole = {};
for (const [name, program] of Object.entries(PROGRAMS)) {
  inside[name] = [];
  whole[name] = [];
  writeFileSync(
    join(directory, `${name}.mjs`),
    `import { readFileSync } from "node:fs";
    const start = performance.now();${program}
    if (answer !== true) throw new Error("denied");
    console.log(performance.now() - start);`,
  );
}
for (let run = 0; run < RUNS; run++) {
  for (const name of Object.keys(PROGRAMS)) {
    const start = performance.now();
    inside[name].push(Number(execFileSync(process.execPath, [join(directory, `${name}.mjs`)], { encoding: "utf8" })));
    whole[name].push(performance.now() - start);
  }
}
rmSync(directory, { recursive: true });

const { "nothing at all": nothing, ...processes } = medians(whole);
const { "nothing at all": _, ...decisions } = medians(inside);
table("Cold start in Node: import, instantiate, load, first decision", decisions, "ms");
table("The same as time of the whole process, less that of one that does nothing", less(processes, nothing), "ms");

function medians(times) {
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
}

function less(times, amount) {
  return Object.fromEntries(Object.entries(times).map(([name, time]) => [name, time - amount]));
}
