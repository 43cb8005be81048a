/** One snapshot in the runtime, by its number. crates/countersign-wasm/src/checker.rs says what each question does. */

import { told, type Engine } from "./engine.js";

/** The runtime's functions. */
export interface Runtime extends Engine {
  answer(): number;
  mask(snapshot: number, length: number, now: number): number;
  prepare(snapshot: number, place: number, length: number, now: number): number;
  resolve(snapshot: number, place: number, action: number, end: number, now: number): number;
  same(snapshot: number, middle: number, end: number): number;
  check(snapshot: number, length: number, action: number, end: number, now: number): number;
  text(snapshot: number, which: number): void;
  revision(snapshot: number): number;
  expires(snapshot: number): number;
}

/** A snapshot that was loaded. */
export class RawChecker {
  readonly #engine: Runtime;
  readonly #number: number;
  /** How many bytes its scratch buffer has. */
  bytes = 0;

  constructor(engine: Runtime, number: number) {
    this.#engine = engine;
    this.#number = number;
  }

  /** The address of the scratch buffer, of so many bytes and never of fewer than before. */
  input(bytes: number): number {
    this.bytes = Math.max(bytes, this.bytes);
    return this.#engine.input(this.#number, this.bytes);
  }

  mask(length: number, now: number): number {
    return this.#engine.mask(this.#number, length, now);
  }

  prepare(place: number, length: number, now: number): number {
    return this.#engine.prepare(this.#number, place, length, now);
  }

  resolve(place: number, action: number, end: number, now: number): number {
    return this.#engine.resolve(this.#number, place, action, end, now);
  }

  /** Whether the values up to `middle`, those from there up to `end` and all numbers between them are answered alike. */
  same(middle: number, end: number): boolean {
    return this.#engine.same(this.#number, middle, end) !== 0;
  }

  check(length: number, action: number, end: number, now: number): number {
    return this.#engine.check(this.#number, length, action, end, now);
  }

  /** The reason of the last `check`. */
  reason(): string {
    return told(this.#engine);
  }

  text(which: number): string {
    this.#engine.text(this.#number, which);
    return told(this.#engine);
  }

  revision(): number {
    return this.#engine.revision(this.#number);
  }

  expires(): number {
    return this.#engine.expires(this.#number);
  }

  free(): void {
    this.#engine.release(this.#number);
  }
}
