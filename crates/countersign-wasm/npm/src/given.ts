/** Hands what a caller supplies to the engine: by slot, as it is. Which kind a value must be of is the engine's to say. */

import { invalid, readBag, type Bag } from "./arguments.js";
import type { TypeWords, Vocabulary } from "./vocabulary.js";
import type { AskOptions, Attributes } from "./types.js";

/** What a caller supplies with one question, read once. */
export interface Given {
  readonly subject: Bag | undefined;
  readonly action: Bag | undefined;
  readonly context: Bag | undefined;
}

/** Bytes for the engine to read; `grow` gives more room and keeps what is written. */
export interface Room {
  bytes: Uint8Array;
  grow(bytes: number): void;
}

/** What each value begins with. */
const OTHER = 0;
const FALSE = 1;
const TRUE = 2;
const NUMBER = 3;
const TEXT = 4;
const LIST = 5;
const WHOLE = 6;
const HUNDREDTHS = 7;
/** Longer texts and lists are of no kind; the engine's limits. */
const MOST_TEXT = 4_096;
const MOST_ITEMS = 256;
/** One question's values together. */
const MOST_BYTES = 1 << 24;

/** Reads the context, and the attributes in the options. */
export function readGiven(context: Attributes | undefined, options: AskOptions | undefined): Given {
  return {
    context: readBag(context, "the context"),
    subject: options && readBag(options.subjectAttributes, "the subject's attributes"),
    action: options && readBag(options.actionAttributes, "the action's attributes"),
  };
}

/** Writes all that the model declares from `at` on, and gives the end. */
export function writeGiven(room: Room, at: number, words: Vocabulary, type: TypeWords, given: Given | undefined, attributes: Bag | undefined): number {
  at = writeBag(room, at, type.supplied, attributes);
  if (given === undefined) return at;
  at = writeBag(room, at, words.context, given.context);
  at = writeBag(room, at, words.subject, given.subject);
  return writeBag(room, at, words.action, given.action);
}

/** Writes values that a resource shall have; a name that is not declared is written too, as no resource has it. */
export function writeWanted(room: Room, at: number, type: TypeWords, bag: Bag | undefined): number {
  return writeBag(room, at, type.declared, bag, NOBODY);
}

/** No attribute's slot. */
const NOBODY = 0x3fff;

function writeBag(room: Room, at: number, slots: ReadonlyMap<string, number>, bag: Bag | undefined, otherwise?: number): number {
  if (bag === undefined) return at;
  for (let index = 0; index < bag.length; index += 2) {
    const slot = slots.get(bag[index] as string) ?? otherwise;
    if (slot === undefined) continue;
    const value = bag[index + 1];
    at = writeNumber(need(room, at, 8), at, slot);
    if (!Array.isArray(value)) at = writeValue(room, at, value);
    else if (value.length > MOST_ITEMS) room.bytes[at++] = OTHER;
    else {
      room.bytes[at++] = LIST;
      at = writeNumber(room.bytes, at, value.length);
      for (const item of value) at = writeValue(room, at, item);
    }
  }
  return at;
}

function writeValue(room: Room, at: number, value: unknown): number {
  const kind = typeof value;
  if (kind === "number") {
    const number = value as number;
    // Writing a number as text costs as much as the rest of the question.
    if ((number | 0) === number) return writeWhole(need(room, at, 8), at, WHOLE, number);
    if (isHundredths(number)) return writeWhole(need(room, at, 8), at, HUNDREDTHS, Math.round(number * 100));
  }
  const text = kind === "number" ? String(value) : kind === "string" ? (value as string) : "";
  // Three bytes are the most that a unit of UTF-16 takes.
  const bytes = need(room, at, 8 + 3 * Math.min(text.length, MOST_TEXT));
  let tag = OTHER;
  if (kind === "number") tag = NUMBER;
  else if (kind === "string" && text.length <= MOST_TEXT) tag = TEXT;
  else if (kind === "boolean") tag = value === true ? TRUE : FALSE;
  bytes[at] = tag;
  if (tag < NUMBER) return at + 1;
  const start = at + 3;
  let end = start;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) {
      // Half a character would be replaced while encoding, and two different texts would become one.
      if (/\p{Surrogate}/u.test(text)) {
        bytes[at] = OTHER;
        return at + 1;
      }
      end = start + new TextEncoder().encodeInto(text, bytes.subarray(start)).written;
      break;
    }
    bytes[end++] = unit;
  }
  writeNumber(bytes, at + 1, end - start);
  return end;
}

/** A number of hundredths with so few digits is the shortest decimal form of the number that it is read as. */
export function isHundredths(number: number): boolean {
  const hundredths = Math.round(number * 100);
  return (hundredths | 0) === hundredths && hundredths / 100 === number;
}

function writeWhole(bytes: Uint8Array, at: number, tag: number, number: number): number {
  bytes[at] = tag;
  bytes[at + 1] = number;
  bytes[at + 2] = number >> 8;
  bytes[at + 3] = number >> 16;
  bytes[at + 4] = number >> 24;
  return at + 5;
}

/** A number below 2^14, always in two bytes. */
function writeNumber(bytes: Uint8Array, at: number, number: number): number {
  bytes[at] = (number & 0x7f) | 0x80;
  bytes[at + 1] = number >> 7;
  return at + 2;
}

function need(room: Room, at: number, more: number): Uint8Array {
  if (at + more > room.bytes.length) {
    if (at + more > MOST_BYTES) throw invalid("the context and the attributes are too large");
    room.grow(2 * (at + more));
  }
  return room.bytes;
}
