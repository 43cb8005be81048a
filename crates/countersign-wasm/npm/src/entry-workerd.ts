/** `countersign` in Workers, which may not compile wasm at run time: the modules are imported compiled. */

import wasm from "./countersign.wasm";
import details from "./countersign_details.wasm";
import { provide } from "./shared.js";

provide(
  () => wasm,
  () => details,
);

export { Checker, CountersignError } from "./shared.js";
