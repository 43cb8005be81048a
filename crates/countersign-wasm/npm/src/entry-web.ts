/** `countersign` in browsers, bundlers and everything else that can fetch: the URL form is the one bundlers recognise. */

import { provide } from "./shared.js";

provide(
  () => new URL("./countersign.wasm", import.meta.url),
  () => new URL("./countersign_details.wasm", import.meta.url),
);

export { Checker, CountersignError } from "./shared.js";
