/** `countersign/browser` in Workers, for rendering at the edge. */

import "./entry-workerd.js";

export * from "./browser.js";
