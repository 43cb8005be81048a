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
  | "invalid_routes"
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
  readonly status: number | undefined;
  /** Set on `invalid_model`, `invalid_tenant` and `invalid_routes`. */
  readonly diagnostics: readonly Diagnostic[] | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    // Of these the platform takes the cause, if there is one.
    super(message, details);
    this.code = code;
    this.status = details.status;
    this.diagnostics = details.diagnostics;
  }
}
