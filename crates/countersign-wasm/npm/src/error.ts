/** The one class of error that the package throws, and its closed list of codes. */

/** What went wrong, for branching. The list only grows; the README says when each is thrown. */
export type ErrorCode =
  | "invalid_argument"
  | "invalid_path"
  | "unknown_action"
  | "unknown_type"
  | "freed"
  | "snapshot_corrupt"
  | "snapshot_version"
  | "snapshot_expired"
  | "snapshot_foreign"
  | "invalid_model"
  | "invalid_tenant"
  | "sql_inexact"
  | "fetch_failed"
  | "wasm_unavailable"
  | "assertion_missing"
  | "assertion_invalid"
  | "assertion_expired"
  | "assertion_foreign"
  | "assertion_public"
  | "internal";

/** One finding of the compiler, as it points at a model or tenant file. */
export interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where in the document, by keys, for example `roles.admin.allow`. */
  readonly path: string;
  readonly message: string;
  /** What to write instead, where the compiler has a guess. */
  readonly help?: string | null;
}

/** What an error may carry besides its code and message. */
export interface ErrorDetails {
  readonly cause?: unknown;
  /** HTTP status of the answer that was not a snapshot. */
  readonly status?: number;
  readonly diagnostics?: readonly Diagnostic[];
}

/** Everything that the package throws. `code` is for branching, `message` for people. An error never stands for an allow. */
export class CountersignError extends Error {
  override readonly name = "CountersignError";
  readonly code: ErrorCode;
  /** Set on `fetch_failed` when there was an answer at all. */
  readonly status?: number;
  /** Set on `invalid_model` and `invalid_tenant`. */
  readonly diagnostics?: readonly Diagnostic[];

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.code = code;
    if (details.status !== undefined) this.status = details.status;
    if (details.diagnostics !== undefined) this.diagnostics = details.diagnostics;
  }
}

/** Runs one public call: whatever is thrown inside, by wasm or by a hostile argument, leaves as a `CountersignError`. */
export function guard<T>(fallback: ErrorCode, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw asCountersignError(error, fallback);
  }
}

/** Keeps what has a code already; anything else gets `fallback`, or `internal` where wasm itself broke. */
export function asCountersignError(error: unknown, fallback: ErrorCode): CountersignError {
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
