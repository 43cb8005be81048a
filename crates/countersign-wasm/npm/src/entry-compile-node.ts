/** `countersign/compile` in Node: the compiler's wasm beside this file is read at the first use. */

import { readFileSync } from "node:fs";
import { provideCompiler } from "./shared-compile.js";

provideCompiler(() => readFileSync(new URL("./countersign_compile.wasm", import.meta.url)));

export { CountersignError, denial, Policy, refusal, routesOf, Tenant, waiting } from "./shared-compile.js";
