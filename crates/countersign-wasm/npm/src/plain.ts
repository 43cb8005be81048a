/** Documents as plain data: anything that JSON would leave out or change is refused. */

import { invalid, plainEntries } from "./shared.js";

/** Refuses what `JSON.stringify` would leave out or change: a document must say what its author wrote. */
export function demandData(value: unknown, what: string, depth: number): void {
  if (depth > MAX_DOCUMENT_DEPTH) throw invalid(`${what} is nested deeper than ${MAX_DOCUMENT_DEPTH}`);
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (typeof value !== "object") throw invalid(`${what} holds ${String(value).slice(0, 64)}, which is not plain data`);
  // What is written is what these say; another could say nothing, and an end would be left out.
  if (value instanceof Date && value.toJSON === DATE.toJSON && value.toISOString === DATE.toISOString) return;
  if (Array.isArray(value) && !("toJSON" in value)) {
    for (let index = 0; index < value.length; index++) demandData(value[index], what, depth + 1);
    return;
  }
  for (const [key, field] of plainEntries(value, what)) {
    if (field === undefined) throw invalid(`${what} has a \`${key.slice(0, 64)}\` that is undefined: leave it out, or give it a value`);
    demandData(field, what, depth + 1);
  }
}

const MAX_DOCUMENT_DEPTH = 32;
const DATE = Date.prototype;
