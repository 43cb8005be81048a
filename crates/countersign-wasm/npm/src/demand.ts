/** Finds the type of a path without the engine, which has no number for it here. */

import { bitOf, malformed, unknownType } from "./shared.js";
import type { TypeWords, Vocabulary } from "./vocabulary.js";

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
