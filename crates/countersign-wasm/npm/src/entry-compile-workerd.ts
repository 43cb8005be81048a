/** `countersign/compile` in Workers: the module is imported compiled. */

import wasm from "./countersign_compile.wasm";
import { provideCompiler } from "./shared-compile.js";

provideCompiler(() => wasm);

export { CountersignError, denial, Policy, refusal, routesOf, Tenant, waiting } from "./shared-compile.js";
