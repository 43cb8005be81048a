/** `countersign` in bundles of tools that leave files behind: the engine's modules are in the script, as text. */

import details from "text:./countersign_details.wasm";
import runtime from "text:./countersign.wasm";
import { bytesOf } from "./base64.js";
import { provide } from "./shared.js";

provide(
  () => bytesOf(runtime),
  () => bytesOf(details),
);

export { Checker, CountersignError } from "./shared.js";
