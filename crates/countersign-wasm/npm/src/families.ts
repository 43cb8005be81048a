/**
 * Answers that serve a *family*: all resources of one type below one parent, whose paths differ in the last id alone.
 *
 * The engine says of an answer whether it is uniform, the same for every well-formed last id. Only such answers are kept
 * here, and found only for ids that are seen to be well-formed; all else asks the engine. A `Map` would need a new string
 * for each question, and its hash: that costs more than all the rest of the question.
 */

const SLASH = 0x2f;
const COLON = 0x3a;
/** Printable ASCII: of other characters some are control characters, and some take several bytes. */
const FIRST_PLAIN = 0x20;
const LAST_PLAIN = 0x7e;
/** An id's length in bytes is limited; plain characters take one each. */
const LONGEST_ID = 256;
/** How many characters of the parent go into the hash: enough to tell neighbours apart. */
const HASHED = 6;
/** The bits of a key that say where the family's text ends; the longest path there is has fewer than 2^14 bytes. */
const END_BITS = 14;
const END_MASK = (1 << END_BITS) - 1;
/** Slots: a power of two; a collision enlarges the table up to the last, where the newer family takes the slot. */
const FIRST_SLOTS = 64;
const MOST_SLOTS = 4_096;
/** The key of a path whose last id is none that can be judged here. */
export const UNUSUAL = -1;

interface Entry<A> {
  /** The path up to the colon of its last segment, that colon included. */
  readonly family: string;
  /** Its code units. */
  readonly codes: Uint16Array;
  readonly key: number;
  answer: A;
}

/** At most one answer a family, and at most `MOST_SLOTS` of them. */
export class Families<A> {
  #entries: (Entry<A> | undefined)[] = Array.from({ length: FIRST_SLOTS });

  /** The answer that was kept for the family of this path. */
  get(path: string): A | undefined {
    const key = keyOf(path);
    const entry = this.#entries[(key >>> END_BITS) & (this.#entries.length - 1)];
    if (entry?.key !== key) return undefined;
    // From the end, where families differ; V8 calls a function of its own for `startsWith`, which costs more than this.
    const { codes } = entry;
    for (let index = codes.length - 1; index >= 0; index--) if (path.charCodeAt(index) !== codes[index]) return undefined;
    return entry.answer;
  }

  /** Keeps an answer for the family of this path, unless the path is unusual: then it says no, and nothing is kept. */
  keep(path: string, answer: A): boolean {
    const key = keyOf(path);
    if (key === UNUSUAL) return false;
    const family = familyOf(path, key);
    const codes = Uint16Array.from(family, (letter) => letter.charCodeAt(0));
    const entry = { family, codes, key, answer };
    while (!this.#put(entry) && this.#entries.length < MOST_SLOTS) this.#grow();
    this.#entries[this.#slot(key)] = entry;
    return true;
  }

  clear(): void {
    this.#entries = Array.from({ length: FIRST_SLOTS });
  }

  #slot(key: number): number {
    return (key >>> END_BITS) & (this.#entries.length - 1);
  }

  /** Puts an entry where nothing or an older answer of its family is. */
  #put(entry: Entry<A>): boolean {
    const slot = this.#slot(entry.key);
    const present = this.#entries[slot];
    if (present !== undefined && present.family !== entry.family) return false;
    this.#entries[slot] = entry;
    return true;
  }

  #grow(): void {
    const entries = this.#entries;
    this.#entries = Array.from({ length: entries.length * 4 });
    for (const entry of entries) if (entry !== undefined) this.#put(entry);
  }
}

/** The text of the family: the path up to the colon of its last segment, that colon included. */
export function familyOf(path: string, key: number): string {
  return copy(path.slice(0, key & END_MASK));
}

/** A text of its own: a slice would keep the whole text alive that it was cut out of, and be slower to compare with. */
export function copy(text: string): string {
  return [...text].join("");
}

/** Where the family's text ends, and a hash of it in the bits above; `UNUSUAL` where the id is none that can be judged here. */
export function keyOf(path: string): number {
  let colon = -1;
  let hash = 0;
  let index = path.length - 1;
  for (; index >= 0; index--) {
    const unit = path.charCodeAt(index);
    if (unit === SLASH) break;
    if (unit === COLON) {
      // The first colon of the segment ends the type; the id may hold others.
      colon = index;
      hash = 0;
    } else if (unit < FIRST_PLAIN || unit > LAST_PLAIN) return UNUSUAL;
    else hash = Math.imul(hash, 31) + unit;
  }
  const length = path.length - 1 - colon;
  if (colon <= 0 || length < 1 || length > LONGEST_ID || colon >= END_MASK) return UNUSUAL;
  const last = Math.max(0, index - HASHED);
  for (; index >= last; index--) hash = Math.imul(hash, 31) + path.charCodeAt(index);
  // Shifted down at the end, so that the sign bit stays clear and no key is `UNUSUAL`.
  hash ^= hash >>> 15;
  return ((hash << END_BITS) | (colon + 1)) & 0x7fff_ffff;
}
