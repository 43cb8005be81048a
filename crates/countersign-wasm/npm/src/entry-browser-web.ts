/** `countersign/browser` in the browser. */

import "./entry-web.js";

export * from "./browser.js";
