/** `countersign/compile` where the wasm must be fetched: importing it waits for the compiler, so that its calls are synchronous. */

import init from "./countersign_compile.js";
import { fetchWasm } from "./runtime.js";

await init({ module_or_path: fetchWasm(new URL("./countersign_compile.wasm", import.meta.url)) });

export * from "./compile.js";
