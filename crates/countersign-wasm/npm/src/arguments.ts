/** Reads what a caller passes: anything that is not plain and well-formed is refused, never guessed at. */

import { CountersignError } from "./error.js";
import type { AskOptions, LoadOptions, Resource } from "./types.js";

/** Bounds on attributes and context, so that reading them is bounded too. */
const MAX_DEPTH = 16;
const MAX_VALUES = 10_000;

/** The name of an action. */
export function readAction(action: unknown): string {
  if (typeof action !== "string") throw invalid("the action must be a string");
  return action;
}

/** The path of a resource, and its attributes, read. */
export interface Target {
  readonly path: string;
  readonly attributes: Bag | undefined;
}

/** Names and values in turn: values are what no getter or later change can alter, lists have plain items. */
export type Bag = readonly unknown[];

/** Reads a resource. */
export function readTarget(resource: Resource): Target {
  if (typeof resource === "string") return { path: resource, attributes: undefined };
  const fields = ownFields(resource, "the resource", ["path", "attributes"]);
  const path = fields.get("path");
  if (typeof path !== "string") throw invalid("the resource must be a path, or an object with a string `path`");
  return { path, attributes: readBag(fields.get("attributes"), "the attributes") };
}

/** Attributes or context: absent, or a plain object of plain values, each of which is read once. */
export function readBag(value: unknown, what: string): Bag | undefined {
  if (value === undefined) return undefined;
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw invalid(`${what} must be a plain object`);
  demandPlain(value, what);
  const keys = Object.keys(value);
  if (keys.length > MAX_VALUES) throw invalid(`${what} hold more than ${MAX_VALUES} values`);
  // Nobody means an object that holds symbols alone; beside names they are as little looked at as by `JSON.stringify`.
  if (keys.length === 0 && Object.getOwnPropertySymbols(value).length > 0) throw invalid(`${what} hold a symbol`);
  const budget = { left: MAX_VALUES };
  const bag: unknown[] = [];
  for (const key of keys) {
    // A `now` in it is nearly always an option in the wrong place.
    if (key === "now" && what === CONTEXT) {
      throw invalid("`now` is no part of the context: pass it in the argument after the context, as `{ now }`");
    }
    const read = readPlain(plainField(value, key, what), what, 1, budget);
    if (read !== undefined) bag.push(key, read);
  }
  return bag;
}

const CONTEXT = "the context";

const OPTIONS = ["now", "subjectAttributes", "actionAttributes"];

/** The instant to decide for: the option, else the clock. */
export function readNow(options: AskOptions | undefined): number {
  if (options === undefined) return Date.now();
  const now = ownFields(options, "the options", OPTIONS).get("now");
  if (now === undefined) return Date.now();
  // `Date.prototype.getTime` throws on everything that is not truly a date.
  const time = typeof now === "number" ? now : Date.prototype.getTime.call(now);
  if (!Number.isFinite(time)) throw invalid("`now` must be a valid date or a number of milliseconds");
  return time;
}

/** Whether the details shall be loaded, and the instant at which the snapshot must be good, read when it is asked for. */
export function readLoad(options: LoadOptions | undefined): { details: boolean; now: () => number } {
  if (options === undefined) return { details: false, now: Date.now };
  const fields = ownFields(options, "the options", ["details", ...OPTIONS]);
  const details = fields.get("details") ?? false;
  if (typeof details !== "boolean") throw invalid("`details` must be true or false");
  return { details, now: () => readNow({ now: fields.get("now") } as AskOptions) };
}

/** The own data properties of an options-like object; a key that is not `known` is an error, as a misspelt one must be. */
export function ownFields(value: unknown, what: string, known: readonly string[]): Map<string, unknown> {
  if (value === null || typeof value !== "object") throw invalid(`${what} must be a plain object`);
  const fields = new Map<string, unknown>();
  for (const [key, field] of plainEntries(value, what)) {
    if (!known.includes(key)) throw invalid(`${what} have no \`${key.slice(0, 64)}\`; known: ${known.join(", ")}`);
    fields.set(key, field);
  }
  return fields;
}

/** An error for a caller's mistake. */
export function invalid(message: string): CountersignError {
  return new CountersignError("invalid_argument", message);
}

/** A primitive as it is, a moment as its text, a list of these; null for everything nested deeper, which no kind takes. */
function readPlain(value: unknown, what: string, depth: number, budget: { left: number }): unknown {
  if (--budget.left < 0) throw invalid(`${what} hold more than ${MAX_VALUES} values`);
  if (depth > MAX_DEPTH) throw invalid(`${what} are nested deeper than ${MAX_DEPTH}`);
  switch (typeof value) {
    case "undefined":
    case "boolean":
    case "string":
      return value;
    case "number":
      if (!Number.isFinite(value)) throw invalid(`${what} hold a number that is not finite`);
      return value;
    case "object":
      if (value === null) return null;
      if (Array.isArray(value)) {
        const { length } = value;
        if (!(length <= budget.left)) throw invalid(`${what} hold more than ${MAX_VALUES} values`);
        const items: unknown[] = [];
        for (let index = 0; index < length; index++) {
          const item = readPlain(value[index], what, depth + 1, budget);
          // What is left out, or a list or an object, is no item of any list.
          items.push(item !== null && typeof item === "object" ? null : item);
        }
        return items;
      }
      if (isDate(value)) {
        const time = dateTime.call(value);
        return Number.isFinite(time) ? new Date(time).toISOString() : null;
      }
      for (const [, field] of plainEntries(value, what)) readPlain(field, what, depth + 1, budget);
      return null;
    default:
      throw invalid(`${what} hold a ${typeof value}, which is not plain data`);
  }
}

const dateTime = Date.prototype.getTime;

/** True for dates of every realm, and for nothing that only looks like one. */
function isDate(value: object): value is Date {
  // Looked at first, so that nothing is thrown and caught for a plain object.
  if (Object.prototype.toString.call(value) !== "[object Date]") return false;
  try {
    dateTime.call(value as Date);
    return true;
  } catch {
    return false;
  }
}

/** Entries of a plain object without running any getter. */
export function plainEntries(value: object, what: string): [string, unknown][] {
  demandPlain(value, what);
  const keys = Reflect.ownKeys(value);
  if (keys.length > MAX_VALUES) throw invalid(`${what} hold more than ${MAX_VALUES} values`);
  return keys.map((key) => [key as string, plainField(value, key, what)]);
}

function demandPlain(value: object, what: string): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return;
  // Another realm's `Object.prototype` is as plain as ours: it is the one prototype that has none itself.
  if (Object.getPrototypeOf(prototype) !== null) throw invalid(`${what} must be plain objects`);
}

function plainField(value: object, key: string | symbol, what: string): unknown {
  const property = Object.getOwnPropertyDescriptor(value, key);
  if (typeof key !== "string" || key === "__proto__" || property === undefined || !("value" in property)) {
    throw invalid(`${what} hold a property that is not plain data`);
  }
  return property.value;
}
