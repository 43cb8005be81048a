/** `countersign` in Workers, which may not compile wasm at run time: the module is imported compiled. */

import wasm from "./countersign.wasm";
import { provide } from "./shared.js";

provide(() => wasm);

export { Checker, CountersignError } from "./shared.js";
