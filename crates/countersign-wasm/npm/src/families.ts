/**
 * Answers that serve a *family*: all resources of one type below one parent, whose paths differ in the last id alone.
 *
 * The engine says of an answer whether it is uniform, the same for every well-formed last id. Only such answers are kept
 * here, and found only for ids that are seen to be well-formed; all else asks the engine. A `Map` by text would need a new
 * string for each question, and its hash: that costs more than all the rest of the question.
 */

const SLASH = 0x2f;
const COLON = 0x3a;
/** Printable ASCII: of other characters some are control characters, and some take several bytes. */
const FIRST_PLAIN = 0x20;
const LAST_PLAIN = 0x7e;
/** An id's length in bytes is limited; plain characters take one each. */
export const LONGEST_ID = 256;
/** How many characters of the parent go into the hash: enough to tell neighbours apart. */
const HASHED = 4;
/** The bits of a key that say where the family's text ends; the longest path there is has fewer than 2^14 bytes. */
const END_BITS = 14;
const END_MASK = (1 << END_BITS) - 1;
/** Families kept; when they are that many, all are forgotten, which costs less than remembering which to forget. */
const MOST_FAMILIES = 4_096;
/** The key of a path whose last id is none that can be judged here. */
export const UNUSUAL = -1;

interface Entry<A> {
  /** The path up to the colon of its last segment, that colon included. */
  readonly family: string;
  /** Where the parent's text ends, and the unit there: neighbours mostly differ in it. */
  readonly place: number;
  readonly mark: number;
  answer: A;
  /** The family that was asked about after this one the last time. */
  next: Entry<A> | undefined;
}

/** At most one answer a family; where the keys of two are the same, the newer one has the place. */
export class Families<A> {
  readonly #entries = new Map<number, Entry<A>>();
  #last: Entry<A> | undefined;
  /** How many there were since all were forgotten: the last one leads to others that may have lost their place. */
  #kept = 0;

  /** The answer that was kept for the family of this path. */
  get(path: string): A | undefined {
    // Questions come in the order that they came in before, about one family for some time or about several in turn.
    const last = this.#last;
    if (last === undefined) return undefined;
    if (serves(last, path)) return last.answer;
    const { next } = last;
    if (next !== undefined && serves(next, path)) return (this.#last = next).answer;
    const entry = this.#entries.get(keyOf(path, last));
    if (entry === undefined || !begins(path, entry.family)) return undefined;
    last.next = entry;
    return (this.#last = entry).answer;
  }

  /** Keeps an answer that `get` has just not had, unless the path is unusual: then it says no, and nothing is kept. */
  keep(path: string, answer: A): boolean {
    const family = familyOf(path);
    if (family === undefined) return false;
    // One whose time was over is renewed where it is, as the one before leads to it.
    if (this.#last?.family === family) this.#last.answer = answer;
    else {
      if (++this.#kept > MOST_FAMILIES) {
        this.#entries.clear();
        this.#last = undefined;
        this.#kept = 0;
      }
      const place = Math.max(0, family.lastIndexOf("/") - 1);
      const entry = { family, place, mark: family.charCodeAt(place), answer, next: undefined };
      this.#entries.set(keyOf(path, this.#last ?? entry), entry);
      if (this.#last !== undefined) this.#last.next = entry;
      this.#last = entry;
    }
    return true;
  }
}

/** Is the path of this family, with an id that can be judged here? */
function serves({ family, place, mark }: Entry<unknown>, path: string): boolean {
  const from = family.length;
  const end = path.length;
  // What costs least comes first.
  if (path.charCodeAt(place) !== mark || path.charCodeAt(from - 1) !== COLON || end === from || end > from + LONGEST_ID) return false;
  if (!begins(path, family)) return false;
  for (let index = from; index < end; index++) {
    const unit = path.charCodeAt(index);
    if (unit === SLASH || isUnusual(unit)) return false;
  }
  return true;
}

/** V8 has a fast way for `indexOf`, and calls a slow function for `startsWith`; where paths do not begin so is rare here. */
export function begins(path: string, family: string): boolean {
  return path.indexOf(family) === 0;
}

/** The text of the family: the path up to the colon of its last segment, that colon included; none where the id has others. */
export function familyOf(path: string): string | undefined {
  const colon = colonOf(path);
  return colon < 0 || path.lastIndexOf(":", colon - 1) > path.lastIndexOf("/", colon) ? undefined : copy(path.slice(0, colon + 1));
}

/** A text of its own: a slice would keep the whole text alive that it was cut out of, and be slower to compare with. */
export function copy(text: string): string {
  return [...text].join("");
}

/**
 * Where the family's text ends, and in the bits above a hash of the last characters of the parent, if the type is as long as
 * the last one's: a list is mostly of one. `UNUSUAL` where the id is none that can be judged here.
 */
function keyOf(path: string, last: Entry<unknown>): number {
  const colon = colonOf(path);
  if (colon < 0) return UNUSUAL;
  const from = colon + 1 - last.family.length + last.place;
  let hash = 0;
  for (let index = from; index > from - HASHED && index >= 0; index--) hash = Math.imul(hash, 31) + path.charCodeAt(index);
  return keyFrom(hash, colon);
}

/** A key of a hash. */
export function keyFrom(hash: number, colon: number): number {
  // Shifted down, so that the sign bit stays clear and no key is `UNUSUAL`.
  return (((hash ^ (hash >>> 15)) << END_BITS) | (colon + 1)) & 0x7fff_ffff;
}

/** The place of the last colon, if what follows is an id that can be judged here; else none. */
export function colonOf(path: string): number {
  let index = path.length;
  const least = Math.max(0, index - 2 - LONGEST_ID);
  while (--index > least) {
    const unit = path.charCodeAt(index);
    if (unit === COLON) return index < path.length - 1 && index < END_MASK ? index : -1;
    if (unit === SLASH || isUnusual(unit)) return -1;
  }
  return -1;
}

/** One comparison for both ends: what is below the first wraps around. */
function isUnusual(unit: number): boolean {
  return (unit - FIRST_PLAIN) >>> 0 > LAST_PLAIN - FIRST_PLAIN;
}
