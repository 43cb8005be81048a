/** Countersign's package beside CASL, node-casbin, Cedar's wasm and what one would write by hand; see rivals/. */

import { mkdirSync, writeFileSync } from "node:fs";
import { contest } from "./rivals/contest.mjs";
import { coldStart } from "./rivals/cold.mjs";
import { FIGURES } from "./rivals/figures.mjs";
import { show } from "./rivals/show.mjs";

const CONTENDERS = {
  map: {},
  countersign: {},
  "casl/own": {},
  "casl/guide": {},
  casbin: {},
  // V8 of Node 20 fails in its deoptimiser when it has inlined a call into this module.
  cedar: { flags: ["--no-turbo-inline-js-wasm-calls"] },
};

const results = {};
for (const name of Object.keys(FIGURES)) {
  if (process.env.FIGURE && !name.startsWith(process.env.FIGURE)) continue;
  results[name] = await contest(name, CONTENDERS);
  show(FIGURES[name], results[name]);
}
