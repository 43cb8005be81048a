/** The compiler's wasm: instantiated at the first use, synchronously, where the host allows that. */

import { initSync } from "./countersign_compile.js";
import { guard } from "./error.js";

/** Gives the compiler's wasm as bytes or as a module. */
export type CompilerSource = () => Uint8Array<ArrayBuffer> | WebAssembly.Module;

let source: CompilerSource | undefined;

/** Called by the host's entry; a host that instantiates the compiler while it is imported does not call it. */
export function provideCompiler(from: CompilerSource): void {
  source ??= from;
}

/** Makes sure that the compiler can be called. */
export function needCompiler(): void {
  if (source === undefined) return;
  const from = source;
  guard("wasm_unavailable", () => initSync({ module: from() }));
  source = undefined;
}
