/**
 * The engine's wasm: instantiated once, at the first snapshot, from wherever the host's entry says it lies.
 *
 * The build makes `dist/` in this order:
 * 1. `wasm-bindgen --target bundler` makes `countersign.wasm` and `countersign_details.wasm`, whose functions are called as
 *    they are, and `countersign_compile.wasm` with its glue, `countersign_compile.js`, and declarations;
 * 2. `wasm-opt` makes them smaller;
 * 3. `tsc` checks this directory and writes the declarations;
 * 4. `esbuild` joins and minifies: `shared.ts`, `browser.ts` and `compile.ts` become a file each, and so do the entries; those
 *    of Node have all of it in one file.
 * Generated files are never edited.
 */

import { provideDetails } from "./details.js";
import { startEngine, type WasmSource } from "./engine.js";
import { asCountersignError } from "./guard.js";
import type { Runtime } from "./raw.js";

let source: WasmSource | undefined;
let engine: Runtime | undefined;
let waiting: Promise<Runtime> | undefined;

/** Called by the host's entry, once, before anything is loaded: where the runtime is, and where the details are. */
export function provide(from: WasmSource, details: WasmSource): void {
  source ??= from;
  provideDetails(details);
}

/** Instantiates the engine at the first call. A failed attempt is forgotten, so that the next may succeed. */
export async function ready(): Promise<Runtime> {
  try {
    return (engine ??= await (waiting ??= startEngine<Runtime>(source)));
  } catch (error) {
    waiting = undefined;
    throw asCountersignError(error, "wasm_unavailable");
  }
}
