/** Countersign's package beside CASL, node-casbin, Cedar's wasm and what one would write by hand; see rivals/. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { coldStart } from "./rivals/cold.mjs";
import { contest } from "./rivals/contest.mjs";
import { COLD, FIGURES } from "./rivals/figures.mjs";
import { show } from "./rivals/show.mjs";

const CONTENDERS = {
  map: {},
  countersign: {},
  "casl/own": {},
  "casl/paths": {},
  "casl/guide": {},
  casbin: {},
  // V8 of Node 20 fails in its deoptimiser when it has inlined a call into this module.
  cedar: { flags: ["--no-turbo-inline-js-wasm-calls"] },
};

// Names of figures: all of them if there are none. Where the variable names a directory, the figures are left there.
const names = process.argv.slice(2);
const directory = process.env.COUNTERSIGN_BENCH;
const wanted = (name) => names.length === 0 || names.includes(name);

const results = {};
for (const name of Object.keys(FIGURES).filter(wanted)) {
  results[name] = await contest(name, CONTENDERS);
  show(FIGURES[name], results[name]);
}
if (wanted("cold")) {
  results.cold = coldStart();
  show(COLD, results.cold);
}
if (directory !== undefined) writeFileSync(join(directory, "rivals.json"), `${JSON.stringify(results, undefined, 2)}\n`);
