/** `countersign/compile` where the wasm must be fetched: importing it waits for the compiler, so that its calls are synchronous. */

import { fetchCompiler } from "./shared-compile.js";

await fetchCompiler(new URL("./countersign_compile.wasm", import.meta.url));

export { CountersignError, denial, Policy, refusal, routesOf, Tenant, waiting } from "./shared-compile.js";
