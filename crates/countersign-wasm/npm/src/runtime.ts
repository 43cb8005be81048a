/**
 * The engine's wasm: instantiated once, at the first snapshot, from wherever the host's entry says it lies.
 *
 * The build puts three things into `dist/`, in this order:
 * 1. `wasm-bindgen --target web --omit-default-module-path --out-name countersign` writes `countersign.js` and
 *    `countersign.d.ts` (the default path is left out because the entries know it, and because a bundler would look
 *    for a second wasm file under the generated name);
 * 2. `wasm-opt` reads `countersign_bg.wasm` and writes `countersign.wasm`; the former is deleted;
 * 3. `tsc` compiles this directory.
 * `countersign_compile.js` and `countersign_compile.wasm` come about in the same way. Generated files are never edited.
 */

import init, { initSync, type InitOutput } from "./countersign.js";
import { asCountersignError, CountersignError } from "./error.js";

/** Bytes or a module where the host can give them at once, else the answer to a fetch. */
export type WasmSource = () => Uint8Array<ArrayBuffer> | WebAssembly.Module | Promise<Response>;

let source: WasmSource | undefined;
let instance: Promise<WebAssembly.Memory> | undefined;

/** Called by the host's entry, once, before anything is loaded. */
export function provide(from: WasmSource): void {
  source ??= from;
}

/** Instantiates the engine at the first call and gives its memory. A failed attempt is forgotten, so that the next may succeed. */
export function ready(): Promise<WebAssembly.Memory> {
  instance ??= instantiate().catch((error: unknown) => {
    instance = undefined;
    throw asCountersignError(error, "wasm_unavailable");
  });
  return instance;
}

/** Fetches a wasm file; a page of HTML with a 404 is told apart from a broken binary. */
export async function fetchWasm(url: URL): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new CountersignError("wasm_unavailable", `${url.href} answered ${response.status}`, { status: response.status });
  }
  return response;
}

async function instantiate(): Promise<WebAssembly.Memory> {
  if (source === undefined) throw new CountersignError("wasm_unavailable", "import `countersign`, not one of its inner files");
  const module = source();
  const output: InitOutput = module instanceof Promise ? await init({ module_or_path: module }) : initSync({ module });
  return output.memory;
}
