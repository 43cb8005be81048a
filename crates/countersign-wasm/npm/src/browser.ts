/** `countersign/browser`: fetches the signed-in subject's snapshot, keeps it fresh and gates the page with it. */

import { Gate, type GateOptions } from "./gate.js";
import { asCountersignError, Checker, CountersignError, guard, invalid } from "./shared.js";
import type { Attributes, Resource } from "./types.js";

export { Checker, CountersignError, type Diagnostic, type ErrorCode, type SnapshotSource } from "./shared.js";
export type { GateOptions } from "./gate.js";
export type { Change, Explanation, Step } from "./explanation.js";
export type { Expression, Filter, Plan } from "./plan.js";
export type { AskOptions, Attributes, Decision, LoadOptions, Outcome, PlainValue, Reason, Resource, Stage } from "./types.js";

/** Where the snapshot comes from. */
export interface ConnectOptions {
  readonly tenant: string;
  /** The worker's origin, for example `https://app.example.com`; the page's own if left out. */
  readonly url?: string;
  /** Sent with every request, such as `Authorization`; a function is asked anew each time. */
  readonly headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>);
  /** Loads what `explain`, `plan` and `anywhere` need, too, so that the first of them need not wait for it. */
  readonly details?: boolean;
}

/** A snapshot is fetched again when this part of its life is over. */
const REFRESH_AT = 0.8;
/** After a failed background refresh: first wait, doubled up to the last. */
const FIRST_RETRY = 1_000;
const LAST_RETRY = 60_000;
/** The longest delay that timers take. */
const LONGEST_TIMER = 0x7fff_ffff;

/** Fetches the snapshot of whoever the request says one is. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  try {
    if (typeof options?.tenant !== "string" || options.tenant === "") throw invalid("`tenant` must be a string");
    const response = await fetchSnapshot(options, undefined);
    const etag = response.headers.get("etag") ?? undefined;
    return new Connection(options, await Checker.load(response, { details: options.details ?? false }), etag);
  } catch (error) {
    throw asCountersignError(error, "fetch_failed");
  }
}

/**
 * A live view of one subject's rights. Fires `change` whenever answers may have changed, and `error` (an `ErrorEvent`)
 * when a refresh in the background failed; it is then tried again, and answers hold on until the snapshot expires.
 */
export class Connection extends EventTarget {
  readonly checker: Checker;
  readonly #options: ConnectOptions;
  readonly #gates = new Set<Gate>();
  #etag: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retry = FIRST_RETRY;
  #closed = false;
  #loadedAt = Date.now();

  /** @internal Use `connect`. */
  constructor(options: ConnectOptions, checker: Checker, etag: string | undefined) {
    super();
    this.#options = options;
    this.checker = checker;
    this.#etag = etag;
    this.#schedule();
  }

  /** `checker.can`. */
  can(action: string, resource: Resource, context?: Attributes): boolean {
    return this.checker.can(action, resource, context);
  }

  /**
   * Fetches the snapshot again, unless the revision is still the same and the present one has life left.
   * @returns whether answers may have changed.
   */
  async refresh(): Promise<boolean> {
    this.#open();
    try {
      const response = await fetchSnapshot(this.#options, this.#ageing() ? undefined : { etag: this.#etag, subject: this.checker.subject });
      if (response.status === 304 || this.#closed) return false;
      const taken = await this.checker.update(response);
      if (!taken || this.#closed) return false;
      this.#etag = response.headers.get("etag") ?? undefined;
      this.#loadedAt = Date.now();
      this.#retry = FIRST_RETRY;
    } catch (error) {
      // Closed while it waited: there is nobody left to tell.
      if (this.#closed) return false;
      throw asCountersignError(error, "fetch_failed");
    }
    this.#schedule();
    this.#changed();
    return true;
  }

  /**
   * Gates every element under `root` (the document if left out) that says `data-can="action path"`: what is not allowed is hidden, or disabled with
   * `data-can-mode="disable"`. Elements that come later are gated too.
   * @returns a function that stops gating and leaves the elements as they are.
   */
  gate(root?: ParentNode & Node, options: GateOptions = {}): () => void {
    return guard("invalid_argument", () => {
      this.#open();
      const gate = new Gate(this.checker, root ?? document, options);
      this.#gates.add(gate);
      return () => {
        gate.stop();
        this.#gates.delete(gate);
      };
    });
  }

  /** Stops refreshing, withdraws what the gates had shown, and frees the checker. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const gate of this.#gates) {
      gate.stop();
      gate.withdraw();
    }
    this.#gates.clear();
    this.checker.free();
  }

  /** Runs `listener` at every change; returns the function that stops it. */
  onChange(listener: () => void): () => void {
    this.addEventListener("change", listener);
    return () => this.removeEventListener("change", listener);
  }

  #open(): void {
    if (this.#closed) throw new CountersignError("freed", "this connection has been closed");
  }

  #changed(): void {
    for (const gate of this.#gates) gate.apply();
    this.dispatchEvent(new Event("change"));
  }

  #refreshAt(): number {
    return this.#loadedAt + (this.checker.expires.getTime() - this.#loadedAt) * REFRESH_AT;
  }

  #ageing(): boolean {
    return Date.now() >= this.#refreshAt();
  }

  #schedule(): void {
    this.#wait(this.#refreshAt() - Date.now());
  }

  #wait(delay: number): void {
    clearTimeout(this.#timer);
    const timer = setTimeout(() => void this.#refreshBehind(), Math.min(Math.max(delay, 0), LONGEST_TIMER));
    // In Node the timer alone must not keep a process alive.
    (timer as { unref?: () => void }).unref?.();
    this.#timer = timer;
  }

  async #refreshBehind(): Promise<void> {
    if (!this.#ageing()) return this.#schedule();
    try {
      // Without a new snapshot the wait is the same as after a failure.
      if (await this.refresh()) return;
    } catch (error) {
      if (this.#closed) return;
      this.dispatchEvent(Object.assign(new Event("error"), { error }));
    }
    if (this.#closed) return;
    this.#wait(this.#retry);
    this.#retry = Math.min(this.#retry * 2, LAST_RETRY);
  }
}

/** What a connection holds already. */
interface Held {
  readonly etag: string | undefined;
  readonly subject: string;
}

async function fetchSnapshot(options: ConnectOptions, held: Held | undefined): Promise<Response> {
  const given = options.headers;
  const headers = new Headers(typeof given === "function" ? await given() : given);
  // The tag is the revision: it is sent with whose snapshot is held, for to somebody else it says nothing.
  const etag = held !== undefined && /^[\x21-\x7e]+$/.test(held.subject) ? held.etag : undefined;
  if (held !== undefined && etag !== undefined) {
    headers.set("If-None-Match", etag);
    headers.set("Countersign-Snapshot-Subject", held.subject);
  }
  const url = `${options.url ?? ""}/v1/tenants/${encodeURIComponent(options.tenant)}/me/snapshot`;
  // The browser's own cache knows nothing of who asks.
  const response = await fetch(url, { headers, cache: "no-store" });
  if (response.ok || (response.status === 304 && etag !== undefined)) return response;
  throw new CountersignError("fetch_failed", `the snapshot's address answered ${response.status}`, { status: response.status });
}
