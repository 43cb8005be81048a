/**
 * Instantiates what `wasm-bindgen --target bundler` made: its glue is a module of functions that the wasm imports, and it
 * is given the instance's exports. Loading is left to us, so that no loader for other hosts is downloaded.
 */

import type { Wasm } from "./engine.js";
import { fetchBytes } from "./shared.js";

/** What the loader uses of generated glue; its declarations list the classes only. */
interface Glue {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

/** What the loader uses of a module's exports. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  __wbindgen_start?(): void;
}

/** Instantiates at once, and gives the module's memory. `name` is the one that the glue was generated under. */
export function instantiate(glue: object, name: string, wasm: Wasm): WebAssembly.Memory {
  const module = wasm instanceof WebAssembly.Module ? wasm : new WebAssembly.Module(wasm);
  return start(glue, new WebAssembly.Instance(module, imports(glue, name)));
}

/** Fetches and instantiates. */
export async function fetchWasm(glue: object, name: string, url: URL): Promise<WebAssembly.Memory> {
  const { instance } = await WebAssembly.instantiate(await fetchBytes(url), imports(glue, name));
  return start(glue, instance);
}

function imports(glue: object, name: string): WebAssembly.Imports {
  return { [`./${name}_bg.js`]: glue as WebAssembly.ModuleImports };
}

function start(glue: object, instance: WebAssembly.Instance): WebAssembly.Memory {
  const exports = instance.exports as unknown as Exports;
  (glue as Glue).__wbg_set_wasm(instance.exports);
  exports.__wbindgen_start?.();
  return exports.memory;
}
