/** `countersign/compile` in Workers: the module is imported compiled. */

import wasm from "./countersign_compile.wasm";
import { provideCompiler } from "./compiler.js";

provideCompiler(() => wasm);

export * from "./compile.js";
