/**
 * Who of a whole tenant may do what: `Tenant.can` without the words of a reason.
 *
 * Only what is simple is answered here, plain paths and subjects that the engine accepts; of all else it is said that it
 * must be asked the long way, which also has the words for what is wrong.
 */

import { compilerMemory } from "./compiler.js";
import type { RawTenant } from "./countersign_compile.js";
import type { Given, Room } from "./given.js";
import { writeGiven } from "./shared.js";
import type { Vocabulary } from "./vocabulary.js";

/** The last character that takes one byte. */
const LAST_SINGLE = 0x7f;

/** The questions to one tenant. */
export class Crowd implements Room {
  readonly #raw: RawTenant;
  readonly #vocabulary: Vocabulary;
  readonly #values: number;
  readonly #answerAddress: number;
  #inputAddress: number;
  // Views of wasm memory; growth detaches them, after which their length is 0.
  /** A subject, a path, and from `#values` on what is supplied. */
  bytes = new Uint8Array();
  #words = new Uint32Array();

  constructor(raw: RawTenant, vocabulary: Vocabulary) {
    this.#raw = raw;
    this.#vocabulary = vocabulary;
    this.#values = raw.values();
    this.#inputAddress = raw.input();
    this.#answerAddress = raw.answer();
  }

  /** May the subject do this? Nothing where it must be asked the long way. Nobody else's code runs meanwhile. */
  can(subject: string, action: string, path: string, given: Given | undefined): boolean | undefined {
    const now = Date.now();
    this.#look();
    const middle = this.#write(subject, 0);
    const end = middle === undefined ? undefined : this.#write(path, middle);
    if (middle === undefined || end === undefined || !this.#raw.mask(middle, end, now)) return undefined;
    this.#look();
    const words = this.#words;
    const type = this.#vocabulary.types[words[0] ?? -1];
    const bit = type?.bits.get(action);
    if (type === undefined || bit === undefined) return undefined;
    const half = bit >>> 5;
    // Shifts count modulo 32.
    if ((((words[1 + half] ?? 0) >>> bit) & 1) === 1) return true;
    if ((((words[4 + half] ?? 0) >>> bit) & 1) === 0) return false;
    const values = given === undefined ? this.#values : writeGiven(this, this.#values, this.#vocabulary, type, given, undefined);
    return this.#raw.decide(middle, end, bit, values, now);
  }

  /** More room for what is supplied. */
  grow(bytes: number): void {
    this.#raw.reserve(bytes);
    this.#inputAddress = this.#raw.input();
    this.bytes = new Uint8Array();
    this.#look();
  }

  /** Writes a text and gives its end; nothing if it is too long, or of characters that take several bytes. */
  #write(text: string, at: number): number | undefined {
    const { bytes } = this;
    const { length } = text;
    if (at + length > this.#values) return undefined;
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > LAST_SINGLE) return undefined;
      bytes[at + index] = unit;
    }
    return at + length;
  }

  #look(): void {
    if (this.bytes.length !== 0) return;
    const buffer = compilerMemory();
    this.bytes = new Uint8Array(buffer, this.#inputAddress, this.#raw.input_bytes());
    this.#words = new Uint32Array(buffer, this.#answerAddress + 8, 6);
  }
}
