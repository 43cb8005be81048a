/** Finds the type of a path without the engine, which has no number for it here. */

import { LONGEST_ID } from "./families.js";
import { bitOf, malformed, unknownType } from "./shared.js";
import type { TypeWords, Vocabulary } from "./vocabulary.js";

/** No id has them. */
const CONTROL = /\p{Cc}/u;
/** Segments of a path, at most. */
const MOST_SEGMENTS = 16;

/** The type at the path's end; throws unless the path is one, every type of the path is known, and the action one of that type. */
export function demand(vocabulary: Vocabulary, action: string, path: string): TypeWords {
  let type: TypeWords | undefined;
  const segments = path.split("/");
  if (segments.length > MOST_SEGMENTS || CONTROL.test(path)) throw malformed(path);
  for (const segment of segments) {
    const colon = segment.indexOf(":");
    if (colon <= 0 || colon === segment.length - 1 || isLong(segment.slice(colon + 1))) throw malformed(path);
    type = vocabulary.byName.get(segment.slice(0, colon));
    if (type === undefined) throw unknownType(vocabulary, path);
  }
  if (type === undefined) throw malformed(path);
  bitOf(type, action);
  return type;
}

function isLong(id: string): boolean {
  // No character takes more than three bytes a unit.
  return id.length * 3 > LONGEST_ID && new TextEncoder().encode(id).length > LONGEST_ID;
}
