/**
 * The engine's wasm: instantiated once, at the first snapshot, from wherever the host's entry says it lies.
 *
 * The build makes `dist/` in this order:
 * 1. `wasm-bindgen --target bundler --out-name countersign` writes `countersign_bg.js`, the glue without a loader, which
 *    is kept as `countersign.js` with its declarations; `countersign_compile.js` comes about in the same way;
 * 2. `wasm-opt` reads `countersign_bg.wasm` and writes `countersign.wasm`;
 * 3. `tsc` checks this directory and writes the declarations;
 * 4. `esbuild` joins and minifies: `shared.ts`, `browser.ts` and `compile.ts` become a file each, and so do the entries.
 * Generated files are never edited.
 */

import * as glue from "./countersign.js";
import { asCountersignError, CountersignError } from "./error.js";
import { fetchWasm, instantiate, type Wasm } from "./wasm.js";

/** A module or its bytes where the host can give them at once, else its address. */
export type WasmSource = () => Wasm | URL;

const NAME = "countersign";

let source: WasmSource | undefined;
let memory: WebAssembly.Memory | undefined;
let waiting: Promise<WebAssembly.Memory> | undefined;

/** Called by the host's entry, once, before anything is loaded. */
export function provide(from: WasmSource): void {
  source ??= from;
}

/** Instantiates the engine at the first call and gives its memory. A failed attempt is forgotten, so that the next may succeed. */
export async function ready(): Promise<WebAssembly.Memory> {
  try {
    return (memory ??= await (waiting ??= load()));
  } catch (error) {
    waiting = undefined;
    throw asCountersignError(error, "wasm_unavailable");
  }
}

async function load(): Promise<WebAssembly.Memory> {
  if (source === undefined) throw new CountersignError("wasm_unavailable", "import `countersign`, not one of its inner files");
  const wasm = source();
  return wasm instanceof URL ? fetchWasm(glue, NAME, wasm) : instantiate(glue, NAME, wasm);
}
