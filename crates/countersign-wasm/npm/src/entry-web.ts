/** `countersign` in browsers, bundlers and everything else that can fetch: the URL form is the one bundlers recognise. */

import { fetchWasm, provide } from "./runtime.js";

provide(() => fetchWasm(new URL("./countersign.wasm", import.meta.url)));

export * from "./index.js";
