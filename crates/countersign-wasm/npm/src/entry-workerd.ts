/** `countersign` in Workers, which may not compile wasm at run time: the module is imported compiled. */

import wasm from "./countersign.wasm";
import { provide } from "./runtime.js";

provide(() => wasm);

export * from "./index.js";
