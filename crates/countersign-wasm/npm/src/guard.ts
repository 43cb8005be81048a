/** What is thrown below a public call leaves it as the one class of error. */

import { CountersignError, type ErrorCode } from "./error.js";

/** Runs one public call: whatever is thrown inside, by wasm or by a hostile argument, leaves as a `CountersignError`. */
export function guard<T>(call: () => T, fallback?: ErrorCode): T {
  try {
    return call();
  } catch (error) {
    throw asCountersignError(error, fallback);
  }
}

/** Keeps what has a code already; anything else gets `fallback`, or `internal` where wasm itself broke. */
export function asCountersignError(error: unknown, fallback: ErrorCode = "invalid_argument"): CountersignError {
  try {
    if (error instanceof CountersignError) return error;
    if (error instanceof WebAssembly.RuntimeError) {
      return new CountersignError("internal", "the engine stopped unexpectedly", { cause: error });
    }
    if (error instanceof Error) return new CountersignError(fallback, error.message, { cause: error });
  } catch {
    // A thrown proxy may throw again when it is looked at; it gets the answer of any other stranger.
  }
  return new CountersignError(fallback, "the call failed on what it was given", { cause: error });
}
