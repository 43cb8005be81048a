/** Everything that nests, from one level to a hundred thousand, through the package: how long the slowest takes to be refused. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Policy, Tenant } from "../../crates/countersign-wasm/npm/dist/entry-compile-node.js";
import { Checker, CountersignError } from "../../crates/countersign-wasm/npm/dist/entry-node.js";
import { LEVELS, rows, TIME } from "../packaging/nesting.mjs";
import { document } from "../scenarios/corpus.mjs";
import { median } from "./measure.mjs";

const ROUNDS = 25;

const policy = Policy.parse(document("signagent.toml"));
const checker = await Checker.load(Tenant.load(policy, document("acme.toml")).snapshot("user:one"));
const READERS = {
  model: (text) => Policy.parse(text),
  tenant: (text) => Tenant.load(policy, text),
  question: (path) => checker.check("view", path),
};

/** Milliseconds of one reading. */
function time(read, text) {
  const started = performance.now();
  try {
    read(text)?.free?.();
  } catch (error) {
    if (!(error instanceof CountersignError) || error.code === "internal") throw error;
  }
  return performance.now() - started;
}

let slowest = { median: 0 };
for (const [name, make, read] of rows(READERS)) {
  for (const levels of LEVELS) {
    const text = make(levels);
    const times = Array.from({ length: ROUNDS }, () => time(read, text)).sort((a, b) => a - b);
    const figure = { median: median(times), low: times[ROUNDS >> 2], high: times[ROUNDS - 1 - (ROUNDS >> 2)] };
    if (figure.median > slowest.median) slowest = { name, levels, ...figure };
  }
}
const { name, levels, ...figure } = slowest;
console.log(`\nThe slowest to be read or refused, of ${rows(READERS).length} things that nest in up to ${LEVELS.at(-1)} levels`);
console.log(`  ${name}, ${levels} levels: ${figure.median.toFixed(2)} ms, of ${TIME} that it may take`);

if (process.env.COUNTERSIGN_BENCH !== undefined) {
  writeFileSync(join(process.env.COUNTERSIGN_BENCH, "nesting.json"), `${JSON.stringify({ ...slowest, most: TIME }, undefined, 2)}\n`);
}
