/**
 * Who of a whole tenant may do what: `Tenant.can` without the words of a reason.
 *
 * Only what is simple is answered here, plain paths and subjects that the engine accepts; of all else it is said that it
 * must be asked the long way, which also has the words for what is wrong.
 */

import { compilerMemory } from "./compiler.js";
import type { RawTenant } from "./countersign_compile.js";
import type { Given, Room } from "./given.js";
import { begins, colonOf, copy, familyOf, keyFrom, UNUSUAL } from "./families.js";
import { writeGiven } from "./shared.js";
import type { TypeWords, Vocabulary } from "./vocabulary.js";

/** The last character that takes one byte. */
const LAST_SINGLE = 0x7f;

/** Answers that are kept, at most; a power of two. Where two want one place, the one that is asked for twice gets it. */
const SLOTS = 16_384;
/** How many characters of the subject and of the parent go into the hash: enough to tell neighbours apart. */
const HASHED = 24;
const HASHED_PARENT = 6;
const SLASH = 0x2f;

/** What a subject may do with one resource, or with a family of them: see `families.ts`. */
interface Answer {
  readonly type: TypeWords;
  /** Allowed actions: bits 0 to 31, and 32 to 63. */
  readonly low: number;
  readonly high: number;
  /** Actions that are asked about one by one. */
  readonly dynamicLow: number;
  readonly dynamicHigh: number;
  /** It holds from the one moment until before the other. */
  readonly since: number;
  readonly until: number;
}

interface Entry {
  readonly subject: string;
  readonly family: string;
  readonly key: number;
  readonly answer: Answer;
}

/** The questions to one tenant. As it never changes, answers hold until a grant begins or ends. */
export class Crowd implements Room {
  readonly #raw: RawTenant;
  readonly #vocabulary: Vocabulary;
  readonly #values: number;
  readonly #answerAddress: number;
  #inputAddress: number;
  readonly #entries: (Entry | undefined)[] = Array.from({ length: SLOTS });
  /** The hash of what was asked last at each slot and was not found. */
  readonly #missed = new Int32Array(SLOTS);
  // Views of wasm memory; growth detaches them, after which their length is 0.
  /** A subject, a path, and from `#values` on what is supplied. */
  bytes = new Uint8Array();
  #words = new Uint32Array();
  #until = new Float64Array();

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
    const key = keyOf(path);
    const hash = hashOf(subject, key);
    const entry = this.#entries[hash & (SLOTS - 1)];
    const answer =
      entry !== undefined &&
      key !== UNUSUAL &&
      entry.key === key &&
      now >= entry.answer.since &&
      now < entry.answer.until &&
      entry.subject === subject &&
      begins(path, entry.family)
        ? entry.answer
        : this.#learn(subject, path, key, hash, now);
    if (answer === undefined) return undefined;
    const bit = answer.type.actions.indexOf(action);
    if (bit < 0) return undefined;
    // Shifts count modulo 32, so one expression serves both halves of a mask.
    if ((((bit < 32 ? answer.low : answer.high) >>> bit) & 1) === 1) return true;
    if ((((bit < 32 ? answer.dynamicLow : answer.dynamicHigh) >>> bit) & 1) === 0) return false;
    return this.#decide(subject, path, answer.type, bit, given, now);
  }

  /** Asks the engine about all actions, and remembers the answer where it is asked for again; nothing where it has none. */
  #learn(subject: string, path: string, key: number, hash: number, now: number): Answer | undefined {
    const middle = this.#write(subject, 0);
    const end = middle === undefined ? undefined : this.#write(path, middle);
    if (middle === undefined || end === undefined || !this.#raw.mask(middle, end, now)) return undefined;
    this.#look();
    const words = this.#words;
    const type = this.#vocabulary.types[words[0] ?? -1];
    if (type === undefined) return undefined;
    const answer = {
      type,
      low: words[1] ?? 0,
      high: words[2] ?? 0,
      dynamicLow: words[4] ?? 0,
      dynamicHigh: words[5] ?? 0,
      since: now,
      until: this.#until[0] ?? now,
    };
    if (words[3] === 1 && key !== UNUSUAL) {
      const slot = hash & (SLOTS - 1);
      const family = this.#missed[slot] === hash ? familyOf(path) : undefined;
      if (family !== undefined) this.#entries[slot] = { subject: copy(subject), family, key, answer };
      this.#missed[slot] = hash;
    }
    return answer;
  }

  #decide(subject: string, path: string, type: TypeWords, bit: number, given: Given | undefined, now: number): boolean | undefined {
    const middle = this.#write(subject, 0);
    const end = middle === undefined ? undefined : this.#write(path, middle);
    if (middle === undefined || end === undefined) return undefined;
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
    this.#look();
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
    this.#until = new Float64Array(buffer, this.#answerAddress, 1);
    this.#words = new Uint32Array(buffer, this.#answerAddress + 8, 6);
  }
}

/** Where the family's text ends, and in the bits above a hash of its type and of the end of its parent. */
function keyOf(path: string): number {
  const colon = colonOf(path);
  if (colon < 0) return UNUSUAL;
  let hash = 0;
  let parent = 0;
  for (let index = colon - 1; index >= 0 && parent <= HASHED_PARENT; index--) {
    const unit = path.charCodeAt(index);
    if (parent > 0 || unit === SLASH) parent++;
    hash = Math.imul(hash, 31) + unit;
  }
  return keyFrom(hash, colon);
}

/** A hash of a subject and a family's key. */
function hashOf(subject: string, key: number): number {
  let hash = key;
  const last = Math.max(0, subject.length - HASHED);
  for (let index = subject.length - 1; index >= last; index--) hash = Math.imul(hash, 31) + subject.charCodeAt(index);
  return hash ^ (hash >>> 15);
}
