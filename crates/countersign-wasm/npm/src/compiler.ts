/** The compiler's wasm: instantiated at the first use, synchronously, where the host allows that. */

import * as glue from "./countersign_compile.js";
import type { Wasm } from "./engine.js";
import { CountersignError, guard } from "./shared.js";
import { fetchWasm, instantiate } from "./wasm.js";

const NAME = "countersign_compile";

let source: (() => Wasm) | undefined;
let memory: WebAssembly.Memory | undefined;

/** Called by the host's entry; a host that fetches the compiler does that instead. */
export function provideCompiler(from: () => Wasm): void {
  source ??= from;
}

/** Fetches the compiler; nothing may be compiled before. */
export async function fetchCompiler(url: URL): Promise<void> {
  memory = await fetchWasm(glue, NAME, url);
}

/** Starts the compiler from its compressed bytes; nothing may be compiled before. */
export async function inflateCompiler(deflated: Uint8Array<ArrayBuffer>): Promise<void> {
  const inflated = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  memory = instantiate(glue, NAME, new Uint8Array(await new Response(inflated).arrayBuffer()));
}

/** Makes sure that the compiler can be called. */
export function needCompiler(): void {
  if (source === undefined) return;
  const from = source;
  memory = guard(() => instantiate(glue, NAME, from()), "wasm_unavailable");
  source = undefined;
}

/** The compiler's memory; growth detaches what was made of its buffer. */
export function compilerMemory(): ArrayBuffer {
  if (memory === undefined) throw new CountersignError("internal", "there is no compiler yet");
  return memory.buffer as ArrayBuffer;
}
