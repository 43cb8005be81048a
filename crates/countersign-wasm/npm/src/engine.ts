/** A module of the engine as it stands in memory: its functions take numbers and give numbers, so it comes without glue. */

import { CountersignError } from "./error.js";

/** A module, or the bytes of one. */
export type Wasm = Uint8Array<ArrayBuffer> | WebAssembly.Module;

/** A module or its bytes where the host can give them at once, else its address. */
export type WasmSource = () => Wasm | URL;

/** What both modules have; crates/countersign-wasm/src/snapshots.rs says what each does. */
export interface Engine {
  readonly memory: WebAssembly.Memory;
  room(bytes: number): number;
  load(): number;
  release(snapshot: number): void;
  input(snapshot: number, bytes: number): number;
  values(): number;
  told(): number;
  told_bytes(): number;
}

/** The numbers behind which `load` says why it refused. */
const REFUSED = 0xffff_ff00;

// What it is called is wasm-bindgen's choice; a module of ours keeps nothing of JavaScript in the table that it would fill.
const nothing = { __wbindgen_init_externref_table(): void {} };
const IMPORTS = { "./countersign_bg.js": nothing, "./countersign_details_bg.js": nothing };

/** Instantiates at once. */
export function instantiateEngine<E extends Engine>(wasm: Wasm): E {
  const module = wasm instanceof WebAssembly.Module ? wasm : new WebAssembly.Module(wasm);
  return new WebAssembly.Instance(module, IMPORTS).exports as unknown as E;
}

/** Fetches and instantiates where the host gives an address; a page of HTML with a 404 is told apart from a broken binary. */
export async function startEngine<E extends Engine>(source: WasmSource | undefined): Promise<E> {
  const wasm = sourceOf(source);
  if (!(wasm instanceof URL)) return instantiateEngine(wasm);
  const { instance } = await WebAssembly.instantiate(await fetchBytes(wasm), IMPORTS);
  return instance.exports as unknown as E;
}

/** What the host's entry said. */
export function sourceOf(source: WasmSource | undefined): Wasm | URL {
  if (source === undefined) throw new CountersignError("wasm_unavailable", "import `countersign`, not one of its inner files");
  return source();
}

/** Fetches a module. */
export async function fetchBytes(url: URL): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw unavailable(url, response.status);
  return response.arrayBuffer();
}

/** A module's address answered with something else. */
export function unavailable(url: URL, status: number): CountersignError {
  return new CountersignError("wasm_unavailable", `${url.href} answered ${status}`, { status });
}

/** Hands a snapshot over and gives its number and its address. */
export function loadInto(engine: Engine, snapshot: Uint8Array): [number: number, at: number] {
  const at = engine.room(snapshot.length);
  new Uint8Array(engine.memory.buffer, at, snapshot.length).set(snapshot);
  const number = engine.load() >>> 0;
  if (number < REFUSED) return [number, at];
  const version = number - REFUSED;
  if (version === 0) throw new CountersignError("snapshot_corrupt", "the snapshot is damaged");
  throw new CountersignError("snapshot_version", `the snapshot has format version ${version}, which this package does not read`);
}

/** The text that the engine told last. */
export function told(engine: Engine): string {
  return decoder.decode(new Uint8Array(engine.memory.buffer, engine.told(), engine.told_bytes()));
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
