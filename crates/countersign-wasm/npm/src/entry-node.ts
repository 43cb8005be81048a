/** `countersign` in Node: the wasm beside this file is read when the first snapshot is loaded, or the first detail is wanted. */

import { readFileSync } from "node:fs";
import { provide } from "./shared.js";

provide(
  () => readFileSync(new URL("./countersign.wasm", import.meta.url)),
  () => readFileSync(new URL("./countersign_details.wasm", import.meta.url)),
);

export { Checker, CountersignError } from "./shared.js";
