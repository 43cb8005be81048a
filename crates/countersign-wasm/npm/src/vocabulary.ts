/** The types and actions that a snapshot knows, and which bit of an answer speaks of which action. */

import { CountersignError } from "./error.js";
import { suggestion } from "./nearest.js";

/** One resource type. */
export interface TypeWords {
  readonly name: string;
  /** In bit order. */
  readonly actions: readonly string[];
  readonly bits: ReadonlyMap<string, number>;
  /** Slots of the attributes that a caller may supply. */
  readonly supplied: ReadonlyMap<string, number>;
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
 * Reads the engine's lists: one line a type, its name and then its actions; and one line an attribute that callers may
 * supply, its slot and its owner as characters, and its name.
 */
export function readVocabulary(text: string, supplied: string): Vocabulary {
  const owners = new Map<number, Map<string, number>>();
  for (const line of supplied.split("\n")) {
    const owner = line.charCodeAt(1) - FIRST_NUMBER;
    if (!owners.has(owner)) owners.set(owner, new Map());
    owners.get(owner)?.set(line.slice(2), line.charCodeAt(0) - FIRST_NUMBER);
  }
  const slots = (owner: number): ReadonlyMap<string, number> => owners.get(owner) ?? NONE;
  const types = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line, index): TypeWords => {
      const [name = "", ...actions] = line.split(" ");
      return { name, actions, bits: new Map(actions.map((action, bit) => [action, bit])), supplied: slots(3 + index) };
    });
  return { types, byName: new Map(types.map((type) => [type.name, type])), subject: slots(0), action: slots(1), context: slots(2) };
}

/** Numbers that are characters begin here, behind what ends a line. */
const FIRST_NUMBER = 0x20;
const NONE: ReadonlyMap<string, number> = new Map();

/** The bit of an action, or the error that names the nearest action. */
export function bitOf(type: TypeWords, action: string): number {
  const bit = type.bits.get(action);
  if (bit !== undefined) return bit;
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

/** The type at the path's end; throws unless every type of the path is known, and the action one of that type. */
export function demand(vocabulary: Vocabulary, action: string, path: string): TypeWords {
  let type: TypeWords | undefined;
  for (const segment of path.split("/")) {
    const colon = segment.indexOf(":");
    if (colon <= 0 || colon === segment.length - 1) throw malformed(path);
    type = vocabulary.byName.get(segment.slice(0, colon));
    if (type === undefined) throw unknownType(vocabulary, path);
  }
  if (type === undefined) throw malformed(path);
  bitOf(type, action);
  return type;
}
