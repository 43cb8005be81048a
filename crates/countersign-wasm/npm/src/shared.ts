/** What the entries have in common: one file in the package, so that a class is the same whichever entry it came through. */

export * from "./index.js";
export { invalid, ownFields, plainEntries, readAction, readBag, readNow, readTarget } from "./arguments.js";
export { asCountersignError, guard } from "./guard.js";
export { readGiven, writeGiven, writeWanted } from "./given.js";
export { provide } from "./runtime.js";
export { bitOf, malformed, readVocabulary, typeOf, unknownType } from "./vocabulary.js";
export { fetchBytes } from "./engine.js";
