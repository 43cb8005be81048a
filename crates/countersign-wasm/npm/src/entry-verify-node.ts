/** `countersign/verify` in Node. */

export * from "./verify.js";
