/** The types and actions that a snapshot knows, and which bit of an answer speaks of which action. */

import { CountersignError } from "./error.js";
import { suggestion } from "./nearest.js";

/** One resource type. */
export interface TypeWords {
  readonly name: string;
  /** In bit order. */
  readonly actions: readonly string[];
  readonly bits: ReadonlyMap<string, number>;
}

/** All types, in the order of the engine's indexes. */
export interface Vocabulary {
  readonly types: readonly TypeWords[];
  readonly byName: ReadonlyMap<string, TypeWords>;
}

/** Reads the engine's list: one line a type, its name and then its actions. */
export function readVocabulary(text: string): Vocabulary {
  const types = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): TypeWords => {
      const [name = "", ...actions] = line.split(" ");
      return { name, actions, bits: new Map(actions.map((action, bit) => [action, bit])) };
    });
  return { types, byName: new Map(types.map((type) => [type.name, type])) };
}

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

/** Throws unless every type of the path is known, and the action one of the last of them. */
export function demand(vocabulary: Vocabulary, action: string, path: string): void {
  let type: TypeWords | undefined;
  for (const segment of path.split("/")) {
    const colon = segment.indexOf(":");
    if (colon <= 0 || colon === segment.length - 1) throw malformed(path);
    type = vocabulary.byName.get(segment.slice(0, colon));
    if (type === undefined) throw unknownType(vocabulary, path);
  }
  if (type !== undefined) bitOf(type, action);
}
