/**
 * One snapshot's answers: a crossing into wasm for each new family of paths, a lookup from then on.
 *
 * A family is all resources of one type below one parent. Where the engine says that grants tell them apart, it is asked
 * about each path, and each has an entry of its own.
 *
 * An answer holds for all actions of a resource at once, as bits, and for a window of time: until some grant begins or
 * ends, or the snapshot expires. Whoever uses one checks the window against a clock read for that very question; that
 * costs about as much as the lookup, and is why no answer is served past its end, however long a task has been running.
 */

import { Details } from "./details.js";
import { CountersignError } from "./error.js";
import { invalid, type Bag } from "./arguments.js";
import { Families } from "./families.js";
import { isHundredths, writeGiven, writeWanted, type Given, type Room } from "./given.js";
import { loadInto, told } from "./engine.js";
import type { Runtime } from "./raw.js";
import { malformed, readVocabulary, unknownType, type TypeWords, type Vocabulary } from "./vocabulary.js";

/** What may be done with one resource, from `since` until before `until`. */
export interface Answer {
  readonly type: TypeWords;
  /** Allowed actions: bits 0 to 31, and 32 to 63. */
  readonly low: number;
  readonly high: number;
  /** Actions that are asked about one by one, because their conditions vary; none of them is in `low` and `high`. */
  readonly dynamicLow: number;
  readonly dynamicHigh: number;
  readonly since: number;
  readonly until: number;
  /** Which walk of all there were is the one for the actions that are asked about one by one; none below zero. */
  place: number;
  readonly spans: Span[];
}

/** The answer about one action for all numbers of a stretch, where nothing else is supplied. */
interface Span {
  readonly bit: number;
  /** The name in the context. */
  readonly name: unknown;
  /** Whether it is of whole numbers, or of the hundredths between them: an attribute may have only the former. */
  readonly whole: boolean;
  /** Both were asked about. */
  low: number;
  high: number;
  /** When the later of them was: before, something else may have decided. */
  since: number;
  readonly outcome: number;
}

/** Answers kept by path; when they are that many, all are forgotten, which costs less than remembering which to forget. */
const MOST_PATHS = 4_096;
/** Paths asked about last, each in the place that its last characters give it: there are so few places until two want one. */
const FIRST_RECENT = 32;
/** How many there are at most, and by how much they grow. */
const MOST_RECENT = 2_048;
const GROWTH = 8;
/** Walks that the engine keeps, one an answer that needs it: the last that were done. */
const MOST_PLACES = 256;
/** Spans that an answer has; the engine is asked about all beyond them. */
const MOST_SPANS = 16;
/** Room for supplied values that is there from the start, in bytes. */
const FIRST_ROOM = 4_096;
/** The engine's error numbers. */
const MALFORMED = 1;
const UNKNOWN_TYPE = 2;
const LARGEST_ERROR = 0xff;

/** The engine's number of an allow. */
const ALLOW = 1;

/** Shifts count modulo 32, so one expression serves both halves of a mask. */
function has(low: number, high: number, bit: number): boolean {
  return (((bit < 32 ? low : high) >>> bit) & 1) === 1;
}

/** The engine's view of one path and action, before it has words. */
export type RawDecision = { readonly outcome: number; readonly stage: number; readonly details: string };

/** A question's subject matter, beside action and moment. */
export interface Asked {
  readonly path: string;
  readonly attributes: Bag | undefined;
  readonly given: Given | undefined;
}

/** The answers of one loaded snapshot. */
export class Answers implements Room {
  readonly vocabulary: Vocabulary;
  readonly subject: string;
  readonly tenant: string;
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly expires: number;
  /** Uniform answers, by family. */
  readonly #families = new Families<Answer>();
  /** All others, by path. */
  readonly #paths = new Map<string, Answer>();
  // By place: the path asked about last, its answer, and the place that was asked about next.
  #recentPaths: (string | undefined)[] = [];
  #recentAnswers: (Answer | undefined)[] = [];
  #following = new Uint16Array();
  /** The place that was asked about last. */
  #place = 0;
  readonly #engine: Runtime;
  /** Of the snapshot, in the engine. */
  readonly #number: number;
  readonly #values: number;
  readonly #answerAddress: number;
  #inputAddress: number;
  /** How many bytes there are for a question. */
  #room: number;
  /** How many walks there were. */
  #places = 0;
  /** Where the engine has the snapshot, for the details, once they are asked for; and its length. */
  readonly #at: number;
  readonly #length: number;
  #details: Details | undefined;
  // Views of wasm memory; growth detaches them, after which their length is 0.
  /** A path, and from `#values` on what is supplied. */
  bytes = new Uint8Array();
  #until = new Float64Array();
  #words = new Uint32Array();

  /** The bytes are the engine's alone from now on. */
  constructor(engine: Runtime, snapshot: Uint8Array) {
    const [number, at] = loadInto(engine, snapshot);
    this.#number = number;
    this.#at = at;
    this.#length = snapshot.length;
    const [types = "", attributes = "", subject = "", tenant = ""] = [0, 1, 2, 3].map((which) => {
      engine.text(number, which);
      return told(engine);
    });
    this.#remember(FIRST_RECENT);
    this.#engine = engine;
    this.#values = engine.values();
    this.#answerAddress = engine.answer();
    this.#room = this.#values + FIRST_ROOM;
    this.#inputAddress = engine.input(number, this.#room);
    this.vocabulary = readVocabulary(types, attributes);
    this.subject = subject;
    this.tenant = tenant;
    this.revision = engine.revision(number);
    this.expires = engine.expires(number);
  }

  /** The answer for a path that holds at `now`. */
  find(path: string, now: number): Answer {
    const known = this.#families.get(path) ?? this.#paths.get(path);
    return known !== undefined && now >= known.since && now < known.until ? known : this.#learn(path, now);
  }

  /** The same; quicker where the path is one of those asked about last, as comparing costs less than looking into it. */
  again(path: string, now: number): Answer {
    // Questions come in the order that they came in before.
    let place = this.#following[this.#place] as number;
    if (this.#recentPaths[place] !== path) {
      const last = path.length - 1;
      if (last < 3) return this.find(path, now);
      // Numbers in a row have places in a row.
      place = (((path.charCodeAt(last - 3) * 10 + path.charCodeAt(last - 2)) * 10 + path.charCodeAt(last - 1)) * 10 + path.charCodeAt(last)) & (this.#following.length - 1);
      this.#following[this.#place] = place;
    }
    this.#place = place;
    const known = this.#recentAnswers[place];
    if (known !== undefined && this.#recentPaths[place] === path && now >= known.since && now < known.until) return known;
    // This throws where there is no answer; then the place still is the other path's.
    const answer = this.find(path, now);
    const places = this.#following.length;
    if (known !== undefined && places < MOST_RECENT && this.#recentPaths[place] !== path) {
      this.#remember(places * GROWTH);
      return answer;
    }
    this.#recentPaths[place] = path;
    return (this.#recentAnswers[place] = answer);
  }

  /** Makes so many places for paths, all free. */
  #remember(places: number): void {
    this.#recentPaths = new Array<string | undefined>(places).fill(undefined);
    this.#recentAnswers = new Array<Answer | undefined>(places).fill(undefined);
    this.#following = new Uint16Array(places);
    this.#place = 0;
  }

  /** Is the action of this bit allowed on the path that the answer was found for? */
  allows(answer: Answer, bit: number, path: string, attributes: Bag | undefined, given: Given | undefined, now: number): boolean {
    if (has(answer.low, answer.high, bit)) return true;
    return has(answer.dynamicLow, answer.dynamicHigh, bit) && this.#outcome(answer, bit, path, attributes, given, now) === ALLOW;
  }

  /** Until when an answer holds, those that depend on what is supplied included. */
  holdsUntil(answer: Answer, { path, attributes, given }: Asked, now: number): number {
    let { until } = answer;
    for (let bit = 0; bit < answer.type.actions.length; bit++) {
      if (!has(answer.dynamicLow, answer.dynamicHigh, bit)) continue;
      this.#resolve(answer, bit, path, attributes, given, now);
      until = Math.min(until, this.#until[0] as number);
    }
    return until;
  }

  /** Which stage decides, and on what; for the actions that the vocabulary knows. */
  decide(answer: Answer, bit: number, asked: Asked, now: number): RawDecision {
    const end = this.#supply(answer.type, asked.given, asked.attributes);
    const result = this.#checked(this.#engine.check(this.#number, this.#write(asked.path), bit, end, now), asked.path);
    return { outcome: result & 0xff, stage: (result >>> 8) & 0xff, details: told(this.#engine) };
  }

  /** The engine's explanation of a decision, as JSON. */
  explain(answer: Answer, bit: number, asked: Asked, now: number): string {
    const details = this.#detailed();
    const end = this.#supply(answer.type, asked.given, asked.attributes);
    const length = this.#write(asked.path);
    return details.explain(this.bytes.subarray(0, end), length, bit, now);
  }

  /** On which resources of a type an action is allowed, as JSON. */
  plan(type: TypeWords, bit: number, given: Given, now: number): string {
    const details = this.#detailed();
    const end = this.#supply(type, given, undefined);
    return details.plan(this.bytes.subarray(0, end), type.index, bit, now);
  }

  /** Is an action allowed on any resource of a type that has the wanted attributes? */
  anywhere(type: TypeWords, bit: number, wanted: Bag | undefined, given: Given, now: number): boolean {
    const details = this.#detailed();
    const end = this.#supply(type, given, undefined);
    const all = writeWanted(this, end, type, wanted);
    return details.anywhere(this.bytes.subarray(0, all), end, type.index, bit, now);
  }

  #detailed(): Details {
    return (this.#details ??= new Details(new Uint8Array(this.#engine.memory.buffer, this.#at, this.#length)));
  }

  /** More room for what is supplied. */
  grow(bytes: number): void {
    this.#room = bytes;
    this.#inputAddress = this.#engine.input(this.#number, bytes);
    this.bytes = new Uint8Array();
    this.#look();
  }

  /** Gives the snapshot's memory back; nothing may be asked afterwards. */
  free(): void {
    this.#engine.release(this.#number);
    this.#details?.free();
  }

  /** The engine's number of the decision about one action; nobody else's code runs between writing and asking. */
  #resolve(answer: Answer, bit: number, path: string, attributes: Bag | undefined, given: Given | undefined, now: number): number {
    if (this.#places - answer.place > MOST_PLACES) this.#prepare(answer, path, now);
    const end = this.#supply(answer.type, given, attributes);
    return this.#checked(this.#engine.resolve(this.#number, answer.place % MOST_PLACES, bit, end, now), path) & 0xff;
  }

  /** The same, from a span where one number is all that is supplied. */
  #outcome(answer: Answer, bit: number, path: string, attributes: Bag | undefined, given: Given | undefined, now: number): number {
    const context = given?.context;
    // Other values are no number that is compared.
    const number = context?.[1] as number;
    const whole = (number | 0) === number;
    const alone = given !== undefined && attributes === undefined && given.subject === undefined && given.action === undefined;
    if (!alone || context?.length !== 2 || !(whole || isHundredths(number))) return this.#resolve(answer, bit, path, attributes, given, now);
    const name = context[0];
    const { spans } = answer;
    const alike = (span: Span): boolean => span.bit === bit && span.name === name && span.whole === whole;
    for (const span of spans) if (alike(span) && number >= span.low && number <= span.high && now >= span.since) return span.outcome;
    const outcome = this.#resolve(answer, bit, path, attributes, given, now);
    const until = this.#until[0] as number;
    // What the clock decides holds for a millisecond, and may hold no longer where the answer ends within it.
    if (spans.length >= MOST_SPANS || !(until >= answer.until && until > now + 1)) return outcome;
    for (const span of spans) {
      if (!alike(span) || span.outcome !== outcome) continue;
      const middle = this.#supply(answer.type, given, undefined);
      const bound = { ...given, context: [name, span.low] };
      const end = writeGiven(this, middle, this.vocabulary, answer.type, bound, undefined);
      if (!this.#engine.same(this.#number, middle, end)) continue;
      span.low = Math.min(span.low, number);
      span.high = Math.max(span.high, number);
      span.since = Math.max(span.since, now);
      return outcome;
    }
    spans.push({ bit, name, whole, low: number, high: number, since: now, outcome });
    return outcome;
  }

  /** Walks to the path; what stands there is the same as long as the answer holds, and for all paths that it serves. */
  #prepare(answer: Answer, path: string, now: number): void {
    const error = this.#engine.prepare(this.#number, this.#places % MOST_PLACES, this.#write(path), now);
    if (error !== 0) throw this.#refusal(error, path);
    answer.place = this.#places++;
  }

  /** Writes what is supplied, and gives its end. */
  #supply(type: TypeWords, given: Given | undefined, attributes: Bag | undefined): number {
    this.#look();
    if (given === undefined && attributes === undefined) return this.#values;
    return writeGiven(this, this.#values, this.vocabulary, type, given, attributes);
  }

  #checked(result: number, path: string): number {
    this.#look();
    const error = 0xffff_ffff - (result >>> 0);
    if (error <= LARGEST_ERROR) throw this.#refusal(error, path);
    return result;
  }

  /** Asks the engine, and remembers the answer. */
  #learn(path: string, now: number): Answer {
    const answer = this.#ask(path, now);
    // The word behind the masks: whether the answer is the whole family's.
    if (this.#words[3] === 1 && this.#families.keep(path, answer)) return answer;
    if (this.#paths.size >= MOST_PATHS) this.#paths.clear();
    this.#paths.set(path, answer);
    return answer;
  }

  #ask(path: string, now: number): Answer {
    if (!Number.isFinite(now)) throw invalid("the clock gives no number");
    const error = this.#engine.mask(this.#number, this.#write(path), now);
    if (error !== 0) throw this.#refusal(error, path);
    this.#look();
    const words = this.#words;
    const type = this.vocabulary.types[words[0] ?? -1];
    if (type === undefined) throw new CountersignError("internal", "the engine's answer has no words");
    return {
      type,
      low: words[1] as number,
      high: words[2] as number,
      dynamicLow: words[4] as number,
      dynamicHigh: words[5] as number,
      since: now,
      until: this.#until[0] as number,
      place: -1 - MOST_PLACES,
      spans: [],
    };
  }

  /** The caller's mistake behind an error number of the engine. */
  #refusal(error: number, path: string): CountersignError {
    if (error === UNKNOWN_TYPE) return unknownType(this.vocabulary, path);
    if (error === MALFORMED) return malformed(path);
    return new CountersignError("internal", `the engine answered with an unknown error, ${error}`);
  }

  /** Writes the path into the engine's buffer and gives its length in bytes. */
  #write(path: string): number {
    this.#look();
    const input = this.bytes;
    const length = path.length;
    if (length > this.#values) throw malformed(path);
    for (let index = 0; index < length; index++) {
      const unit = path.charCodeAt(index);
      if (unit > 0x7f) return this.#encode(path);
      input[index] = unit;
    }
    return length;
  }

  #encode(path: string): number {
    // A lone surrogate would be replaced while encoding, and two different ids would become one.
    if (/\p{Surrogate}/u.test(path)) throw malformed(path);
    const { read, written } = new TextEncoder().encodeInto(path, this.bytes.subarray(0, this.#values));
    if (read !== path.length) throw malformed(path);
    return written;
  }

  #look(): void {
    if (this.bytes.length !== 0) return;
    const { buffer } = this.#engine.memory;
    this.bytes = new Uint8Array(buffer, this.#inputAddress, this.#room);
    this.#until = new Float64Array(buffer, this.#answerAddress, 1);
    this.#words = new Uint32Array(buffer, this.#answerAddress + 8, 6);
  }
}
