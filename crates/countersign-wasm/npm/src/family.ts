/**
 * A path without its last id: what all resources of one type below one parent have in common.
 *
 * The engine says of an answer whether it is *uniform*: the same for every well-formed id behind that. Only then one
 * answer serves a family, and only for ids that are seen here to be well-formed; all else asks the engine.
 */

const SLASH = 0x2f;
const COLON = 0x3a;
/** Printable ASCII: of other characters some are control characters, and some take several bytes. */
const FIRST_PLAIN = 0x20;
const LAST_PLAIN = 0x7e;
/** An id's length in bytes is limited; these characters take one each. */
const LONGEST_ID = 256;

/** The path up to the colon of its last segment, that colon included; empty where the id is unusual or none. */
export function familyOf(path: string): string {
  let colon = -1;
  for (let index = path.length - 1; index >= 0; index--) {
    const unit = path.charCodeAt(index);
    if (unit === SLASH) break;
    // The first colon of the segment ends the type; the id may hold others.
    if (unit === COLON) colon = index;
    else if (unit < FIRST_PLAIN || unit > LAST_PLAIN) return "";
  }
  const length = path.length - 1 - colon;
  return colon > 0 && length > 0 && length <= LONGEST_ID ? path.slice(0, colon + 1) : "";
}
