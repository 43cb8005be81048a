/** The runtime's functions; crates/countersign-wasm/src/checker.rs says what each does. */

import type { Engine } from "./engine.js";

/** What asks about snapshots, each by its number. */
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
