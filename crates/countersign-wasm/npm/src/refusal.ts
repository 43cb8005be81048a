/** What the compiler refuses: its errors come with a code, and with diagnostics as JSON. */

import { CountersignError, guard as guardAll, type Diagnostic, type ErrorCode } from "./shared.js";

const CODES: ReadonlySet<string> = new Set<ErrorCode>([
  "invalid_argument",
  "invalid_path",
  "unknown_action",
  "unknown_type",
  "freed",
  "snapshot_corrupt",
  "snapshot_version",
  "snapshot_expired",
  "snapshot_foreign",
  "invalid_model",
  "invalid_tenant",
  "invalid_routes",
  "sql_inexact",
  "fetch_failed",
  "wasm_unavailable",
  "internal",
]);

/** Runs one public call, as all others are run, and keeps the code and the diagnostics that the compiler gave. */
export function guard<T>(call: () => T, fallback?: ErrorCode): T {
  return guardAll(() => {
    try {
      return call();
    } catch (error) {
      if (error instanceof CountersignError || !(error instanceof Error)) throw error;
      const { code, diagnostics } = error as Error & { code?: unknown; diagnostics?: unknown };
      if (typeof code !== "string" || !CODES.has(code)) throw error;
      throw new CountersignError(code as ErrorCode, error.message, {
        cause: error,
        ...(typeof diagnostics === "string" ? { diagnostics: JSON.parse(diagnostics) as readonly Diagnostic[] } : {}),
      });
    }
  }, fallback);
}
