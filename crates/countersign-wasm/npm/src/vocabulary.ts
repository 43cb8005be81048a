/** The types and actions that a snapshot knows, and which bit of an answer speaks of which action. */

import { invalid } from "./arguments.js";
import { CountersignError } from "./error.js";
import { suggestion } from "./nearest.js";

/** One resource type. */
export interface TypeWords {
  readonly name: string;
  /** In bit order. */
  readonly actions: readonly string[];
  /** Its place among the types. */
  readonly index: number;
  /** Slots of the attributes that a caller may supply, and of all that are declared. */
  readonly supplied: ReadonlyMap<string, number>;
  readonly declared: ReadonlyMap<string, number>;
}

/** All types, in the order of the engine's indexes. */
export interface Vocabulary {
  readonly types: readonly TypeWords[];
  readonly byName: ReadonlyMap<string, TypeWords>;
  /** Slots of what a caller may supply, by name. */
  readonly subject: ReadonlyMap<string, number>;
  readonly action: ReadonlyMap<string, number>;
  readonly context: ReadonlyMap<string, number>;
}

/**
 * Reads the engine's lists: one line a type, its name and then its actions; and one line a declared attribute: as
 * characters its slot, its owner and whether callers may supply it, and then its name.
 */
export function readVocabulary(text: string, attributes: string): Vocabulary {
  const owners = new Map<number, Map<string, number>>();
  const slots = (owner: number): Map<string, number> => {
    let known = owners.get(owner);
    if (known === undefined) owners.set(owner, (known = new Map<string, number>()));
    return known;
  };
  for (const line of attributes.split("\n")) {
    const slot = line.charCodeAt(0) - FIRST_NUMBER;
    const owner = line.charCodeAt(1) - FIRST_NUMBER;
    if (line.charCodeAt(2) - FIRST_NUMBER === 1) slots(owner).set(line.slice(3), slot);
    slots(owner + DECLARED).set(line.slice(3), slot);
  }
  const types: TypeWords[] = [];
  const byName = new Map<string, TypeWords>();
  for (const line of text.split("\n")) {
    const [name = "", ...actions] = line.split(" ");
    if (name === "") continue;
    const index = types.length;
    const type = { name, actions, index, supplied: slots(3 + index), declared: slots(3 + index + DECLARED) };
    types.push(type);
    byName.set(name, type);
  }
  return { types, byName, subject: slots(0), action: slots(1), context: slots(2) };
}

/** Numbers that are characters begin here, behind what ends a line. */
const FIRST_NUMBER = 0x20;
/** What is declared, beside what may be supplied. */
const DECLARED = 0x1_0000;

/** The bit of an action, or the error that names the nearest action. */
export function bitOf(type: TypeWords, action: string): number {
  const bit = type.actions.indexOf(action);
  if (bit >= 0) return bit;
  throw new CountersignError(
    "unknown_action",
    `\`${action.slice(0, 64)}\` is no action of \`${type.name}\`${suggestion(action, type.actions)}`,
  );
}

/** The error for a path in which the engine met a type that it does not know. */
export function unknownType(vocabulary: Vocabulary, path: string): CountersignError {
  const names = path.split("/").map((segment) => segment.slice(0, Math.max(0, segment.indexOf(":"))));
  const name = names.find((candidate) => !vocabulary.byName.has(candidate)) ?? "";
  return new CountersignError(
    "unknown_type",
    `\`${name.slice(0, 64)}\` is no type of this model${suggestion(name, vocabulary.byName.keys())}`,
  );
}

/** The error for text that is no resource path at all. */
export function malformed(path: string): CountersignError {
  const shown = path.length > 80 ? `${path.slice(0, 80)}…` : path;
  return new CountersignError("invalid_path", `\`${shown}\` is no resource path: write \`type:id/type:id\`, outermost first`);
}

/** The type of this name, or the error that names the nearest. */
export function typeOf(vocabulary: Vocabulary, name: unknown): TypeWords {
  if (typeof name !== "string") throw invalid("the type must be a string");
  const type = vocabulary.byName.get(name);
  if (type === undefined) throw unknownType(vocabulary, `${name}:-`);
  return type;
}
