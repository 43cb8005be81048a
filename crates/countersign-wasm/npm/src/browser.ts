/** `countersign/browser`: loads the signed-in subject's rights once, keeps them live, and gates the page with them. */

import { Connection, fetchSnapshot, readOptions, type ConnectOptions } from "./connection.js";
import { fromBase64, Kept } from "./kept.js";
import type { ModelTypes, Registered } from "./model.js";
import { asCountersignError, Checker, CountersignError, type SnapshotSource } from "./shared.js";

export { Checker, CountersignError, type Diagnostic, type ErrorCode, type SnapshotSource } from "./shared.js";
export { Connection, type ConnectionState, type ConnectOptions } from "./connection.js";
export { defineElement } from "./element.js";
export type { GateOptions } from "./gate.js";
export type { SnapshotStorage } from "./kept.js";
export type { Change, Explanation, Step } from "./explanation.js";
export type { Expression, Filter, Plan } from "./plan.js";
export type { AskOptions, Attributes, Decision, LoadOptions, Outcome, PlainValue, Reason, Resource, Stage } from "./types.js";

/**
 * Connects whoever is signed in. It answers at once from a snapshot that came with the page or was kept, if there is one
 * that has not expired, and checks it in the background; otherwise when the worker has sent one.
 * @throws CountersignError `fetch_failed` with the `status`, which is 401 for nobody and 404 for whoever is no member;
 * `snapshot_foreign` where somebody else is signed in than `subject` says.
 */
export async function connect<M extends ModelTypes = Registered>(options: ConnectOptions): Promise<Connection<M>> {
  try {
    readOptions(options);
    const kept = new Kept(options.storage, options.url ?? "", options.tenant, options.subject);
    const held = (await load<M>(options, options.snapshot)) ?? (await load<M>(options, kept.read()));
    if (held !== undefined) return new Connection(options, held, kept, undefined);
    kept.forget();
    const response = await fetchSnapshot(options, undefined);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const checker = await Checker.load<M>(bytes, { details: options.details ?? false });
    if (isAnothers(options, checker)) {
      const { subject } = checker;
      checker.free();
      throw new CountersignError("snapshot_foreign", `${subject} is signed in, and not ${options.subject}`);
    }
    kept.write(bytes);
    return new Connection(options, checker, kept, response);
  } catch (error) {
    throw asCountersignError(error, "fetch_failed");
  }
}

/** A checker of what is at hand, if it is good and the right one's: it only saves time, so whatever is wrong with it is nothing. */
async function load<M extends ModelTypes>(options: ConnectOptions, source: SnapshotSource | string | undefined): Promise<Checker<M> | undefined> {
  if (source === undefined) return undefined;
  try {
    const bytes = typeof source === "string" ? fromBase64(source) : source;
    const checker = await Checker.load<M>(bytes, { details: options.details ?? false });
    // One that was made without a worker, for a page that is rendered in a test or at build time, names no tenant.
    if ((checker.tenant === "" || checker.tenant === options.tenant) && !isAnothers(options, checker)) return checker;
    checker.free();
  } catch {
    // Then the worker is asked.
  }
  return undefined;
}

function isAnothers(options: ConnectOptions, checker: { readonly subject: string }): boolean {
  return options.subject !== undefined && options.subject !== checker.subject;
}
