/** Everything that nests, from one level to a hundred thousand, through the package: an answer or an error, soon, never a trap. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { document } from "../scenarios/corpus.mjs";
import { install } from "./install.mjs";
import { LEVELS, rows, TIME } from "./nesting.mjs";

/**
 * How many times as long it may take where other tests run at the same time: `cargo xtask bench nesting` holds the promise
 * itself. What grows faster than its text takes a hundred times as long.
 */
const BUSY = 5;
const ATTEMPTS = 12;

let project;
let Checker;
let CountersignError;
let Policy;
let Tenant;
let policy;
let checker;

before(async () => {
  project = install();
  ({ Checker, CountersignError } = await project.load("countersign"));
  ({ Policy, Tenant } = await project.load("countersign/compile"));
  policy = Policy.parse(document("signagent.toml"));
  checker = await Checker.load(Tenant.load(policy, document("acme.toml")).snapshot("user:one"));
});
after(() => project?.remove());

const READERS = {
  model: (text) => Policy.parse(text),
  tenant: (text) => Tenant.load(policy, text),
  question: (path) => checker.check("view", path),
};

/** The fastest of some readings of a text, each of which ends with an answer or an error of ours. */
function fastest(read, text, levels) {
  let best = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS && (attempt < 2 || best > TIME); attempt++) {
    const started = performance.now();
    try {
      read(text)?.free?.();
    } catch (error) {
      // A trap would be a RuntimeError or come as `internal`, an exhausted stack a RangeError.
      assert.ok(error instanceof CountersignError && error.code !== "internal", `${levels} levels: ${error}`);
    }
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

for (const [name, make, read] of rows(READERS)) {
  test(name, (context) => {
    let [worst, at] = [0, 0];
    for (const levels of LEVELS) {
      const text = make(levels);
      const took = fastest(read, text, levels);
      if (took > worst) [worst, at] = [took, levels];
      assert.ok(took <= TIME * BUSY, `${levels} levels (${text.length} bytes) take ${took.toFixed(1)} ms`);
    }
    context.diagnostic(`${worst.toFixed(2)} ms at ${at} levels`);
    // The engine still answers afterwards.
    assert.equal(typeof READERS.question("project:renovation").decision, "string");
  });
}
