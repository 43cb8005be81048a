/** `countersign/browser` in Node, for rendering on a server. */

import "./entry-node.js";

export * from "./browser.js";
