/** `countersign/browser` in bundles of tools that leave files behind. */

import "./entry-inline.js";

export * from "./browser.js";
