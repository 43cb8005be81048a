/** Reads what a caller passes: anything that is not plain and well-formed is refused, never guessed at. */

import { CountersignError } from "./error.js";
import type { AskOptions, Attributes, Resource } from "./types.js";

/** Bounds on attributes and context, so that reading them is bounded too. */
const MAX_DEPTH = 16;
const MAX_VALUES = 10_000;

/** The name of an action. */
export function readAction(action: unknown): string {
  if (typeof action !== "string") throw invalid("the action must be a string");
  return action;
}

/** The path of a resource; its attributes are checked on the way. */
export function readPath(resource: Resource): string {
  if (typeof resource === "string") return resource;
  const fields = ownFields(resource, "the resource", ["path", "attributes"]);
  const path = fields.get("path");
  if (typeof path !== "string") throw invalid("the resource must be a path, or an object with a string `path`");
  readAttributes(fields.get("attributes"), "the attributes");
  return path;
}

/** Attributes or context: absent, or a plain object of plain values. */
export function readAttributes(value: unknown, what: string): void {
  if (value === undefined) return;
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw invalid(`${what} must be a plain object`);
  readPlain(value, what, 0, { left: MAX_VALUES });
}

/** Context is read like attributes; a `now` in it is nearly always an option in the wrong place. */
export function readContext(context: Attributes | undefined): void {
  readAttributes(context, "the context");
  if (context !== undefined && Object.hasOwn(context, "now")) {
    throw invalid("`now` is no part of the context: pass it in the argument after the context, as `{ now }`");
  }
}

/** The instant to decide for: the option, else the clock. */
export function readNow(options: AskOptions | undefined): number {
  if (options === undefined) return Date.now();
  const now = ownFields(options, "the options", ["now"]).get("now");
  if (now === undefined) return Date.now();
  // `Date.prototype.getTime` throws on everything that is not truly a date.
  const time = typeof now === "number" ? now : Date.prototype.getTime.call(now);
  if (!Number.isFinite(time)) throw invalid("`now` must be a valid date or a number of milliseconds");
  return time;
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
export function invalid(message: string, cause?: unknown): CountersignError {
  return new CountersignError("invalid_argument", message, cause === undefined ? {} : { cause });
}

function readPlain(value: unknown, what: string, depth: number, budget: { left: number }): void {
  if (--budget.left < 0) throw invalid(`${what} hold more than ${MAX_VALUES} values`);
  if (depth > MAX_DEPTH) throw invalid(`${what} are nested deeper than ${MAX_DEPTH}`);
  switch (typeof value) {
    case "undefined":
    case "boolean":
    case "string":
      return;
    case "number":
      if (!Number.isFinite(value)) throw invalid(`${what} hold a number that is not finite`);
      return;
    case "object":
      if (value === null) return;
      if (Array.isArray(value)) {
        if (value.length > budget.left) throw invalid(`${what} hold more than ${MAX_VALUES} values`);
        for (let index = 0; index < value.length; index++) readPlain(value[index], what, depth + 1, budget);
        return;
      }
      for (const [, field] of plainEntries(value, what)) readPlain(field, what, depth + 1, budget);
      return;
    default:
      throw invalid(`${what} hold a ${typeof value}, which is not plain data`);
  }
}

/** Entries of a plain object without running any getter. */
function plainEntries(value: object, what: string): [string, unknown][] {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Another realm's `Object.prototype` is as plain as ours: it is the one prototype that has none itself.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw invalid(`${what} must be plain objects`);
  const keys = Reflect.ownKeys(value);
  if (keys.length > MAX_VALUES) throw invalid(`${what} hold more than ${MAX_VALUES} values`);
  return keys.map((key) => {
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (typeof key !== "string" || key === "__proto__" || property === undefined || !("value" in property)) {
      throw invalid(`${what} hold a property that is not plain data`);
    }
    return [key, property.value];
  });
}
