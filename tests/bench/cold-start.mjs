/** From nothing to the first decision: a fresh process imports the package, loads a snapshot and asks; CASL does the same. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Policy, Tenant } from "../../crates/countersign-wasm/npm/dist/entry-compile-node.js";
import { median, table } from "./measure.mjs";

const RUNS = 15;
const directory = mkdtempSync(join(tmpdir(), "countersign-cold-"));
const snapshot = join(directory, "ann.snapshot");
const model = `name = "cold"\n[types.sign]\nactions = ["view", "edit"]\n[roles.viewer]\nallow = ["sign:view"]\n`;
const data = { members: [{ subject: "user:ann" }], assignments: [{ to: "user:ann", role: "viewer" }] };
writeFileSync(snapshot, Tenant.load(Policy.parse(model), data).snapshot("user:ann"));

const entry = new URL("../../crates/countersign-wasm/npm/dist/entry-node.js", import.meta.url).href;
const casl = pathToFileURL(createRequire(import.meta.url).resolve("@casl/ability")).href;
const PROGRAMS = {
  CASL: `
    const { createMongoAbility } = await import(${JSON.stringify(casl)});
    const answer = createMongoAbility([{ action: "view", subject: "sign" }]).can("view", "sign");`,
  countersign: `
    const { readFileSync } = await import("node:fs");
    const { Checker } = await import(${JSON.stringify(entry)});
    const answer = (await Checker.load(readFileSync(${JSON.stringify(snapshot)}))).can("view", "sign:1");`,
};

const times = { CASL: [], countersign: [] };
for (let run = 0; run < RUNS; run++) {
  for (const [name, program] of Object.entries(PROGRAMS)) times[name].push(milliseconds(program));
}
rmSync(directory, { recursive: true });
table(
  "Cold start in Node: import, instantiate, load, first decision",
  Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)])),
  "ms",
);

/** Measured inside the new process, so that the start of Node itself does not count. */
function milliseconds(program) {
  const text = `const start = performance.now();${program}
    if (answer !== true) throw new Error("denied");
    console.log(performance.now() - start);`;
  return Number(execFileSync(process.execPath, ["--input-type=module", "-e", text], { encoding: "utf8" }));
}
