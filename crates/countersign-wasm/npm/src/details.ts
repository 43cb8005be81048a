/**
 * Explanations, plans and `anywhere`: a module of their own, with a copy of the snapshot, because few pages ask for them.
 * It is loaded at the first such question, or before it by whoever says so.
 */

import { instantiateEngine, loadInto, sourceOf, startEngine, told, unavailable, type Engine, type Wasm, type WasmSource } from "./engine.js";
import { CountersignError } from "./error.js";
import { asCountersignError } from "./guard.js";

/** The module's functions; crates/countersign-wasm/src/details.rs says what each does. */
interface DetailsEngine extends Engine {
  explain(snapshot: number, length: number, action: number, end: number, now: number): void;
  plan(snapshot: number, type: number, action: number, end: number, now: number): void;
  anywhere(snapshot: number, type: number, action: number, end: number, wanted: number, now: number): number;
}

let source: WasmSource | undefined;
let engine: DetailsEngine | undefined;
let waiting: Promise<DetailsEngine> | undefined;
let warned = false;

/** Called by the host's entry, once. */
export function provideDetails(from: WasmSource): void {
  source ??= from;
}

/** Loads the module, so that no question has to wait for it. A failed attempt is forgotten. */
export async function loadDetails(): Promise<void> {
  try {
    if (engine !== undefined) return;
    const loaded = await (waiting ??= startEngine<DetailsEngine>(source));
    // A question may have come first.
    engine ??= loaded;
  } catch (error) {
    throw asCountersignError(error, "wasm_unavailable");
  } finally {
    waiting = undefined;
  }
}

/** The module, now. */
function need(): DetailsEngine {
  try {
    if (engine !== undefined) return engine;
    const wasm = sourceOf(source);
    return (engine = instantiateEngine(wasm instanceof URL ? fetchNow(wasm) : wasm));
  } catch (error) {
    throw asCountersignError(error, "wasm_unavailable");
  }
}

/** Fetches while everything waits: questions are synchronous, and this one came before the module did. */
function fetchNow(url: URL): Wasm {
  if (!warned) console.warn("countersign: this page waits for a second module; load it before with `Checker.load(snapshot, { details: true })`");
  warned = true;
  if (typeof XMLHttpRequest === "undefined") throw new CountersignError("wasm_unavailable", "first call `await checker.details()`");
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  // Only workers may ask for bytes; a page takes them as text, of which each character's low byte is one.
  const bytes = typeof document === "undefined";
  if (bytes) request.responseType = "arraybuffer";
  else request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  if (request.status !== 200) throw unavailable(url, request.status);
  if (bytes) return new Uint8Array(request.response as ArrayBuffer);
  return Uint8Array.from(request.responseText, (character) => character.charCodeAt(0) & 0xff);
}

/** One snapshot in the module. A question's bytes are those of the runtime's scratch buffer: its path and what is supplied. */
export class Details {
  readonly #engine = need();
  readonly #number: number;

  constructor(snapshot: Uint8Array) {
    [this.#number] = loadInto(this.#engine, snapshot);
  }

  /** The explanation of a decision, as JSON. */
  explain(question: Uint8Array, length: number, action: number, now: number): string {
    this.#engine.explain(this.#write(question), length, action, question.length, now);
    return this.#told();
  }

  /** On which resources of a type an action is allowed, as JSON. */
  plan(question: Uint8Array, type: number, action: number, now: number): string {
    this.#engine.plan(this.#write(question), type, action, question.length, now);
    return this.#told();
  }

  /** Is an action allowed on any resource of a type? From `end` on stand the wanted attributes. */
  anywhere(question: Uint8Array, end: number, type: number, action: number, now: number): boolean {
    return this.#engine.anywhere(this.#write(question), type, action, end, question.length, now) !== 0;
  }

  /** Gives the snapshot's memory back. */
  free(): void {
    this.#engine.release(this.#number);
  }

  #write(question: Uint8Array): number {
    const at = this.#engine.input(this.#number, question.length);
    new Uint8Array(this.#engine.memory.buffer, at, question.length).set(question);
    return this.#number;
  }

  #told(): string {
    const json = told(this.#engine);
    if (json === "") throw new CountersignError("internal", "the engine's answer has no words");
    return json;
  }
}
