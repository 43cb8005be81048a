/** A live view of one subject's rights: refreshed before they expire, changed when the worker says so, gone with the sign-in. */

import { ask } from "./ask.js";
import { LONGEST_TIMER, unref } from "./clock.js";
import { Gate, type GateOptions } from "./gate.js";
import type { Kept, SnapshotStorage } from "./kept.js";
import { GONE, Live, type LiveState } from "./live.js";
import { Questions } from "./questions.js";
import { asCountersignError, Checker, CountersignError, guard, invalid, type SnapshotSource } from "./shared.js";
import type { Action, AskOptionsOf, ContextOf, ModelTypes, OfferedPath, Registered, ResourceFor } from "./model.js";
import type { Attributes, Resource } from "./types.js";

/** Where the snapshot comes from. */
export interface ConnectOptions {
  readonly tenant: string;
  /** The worker's origin, for example `https://app.example.com`; the page's own if left out. */
  readonly url?: string;
  /** Sent with every request, such as `Authorization`; a function is asked anew each time. Of these the WebSocket has `Authorization` alone. */
  readonly headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>);
  /** Loads what `explain`, `plan` and `anywhere` need, too, so that the first of them need not wait for it. */
  readonly details?: boolean;
  /**
   * Who is signed in, for example `user:ann`, where the page knows. Then the last snapshot of this subject is kept in the
   * browser, and the next page starts with it at once.
   */
  readonly subject?: string;
  /** Where it is kept: `localStorage` if left out; `false` for nowhere. */
  readonly storage?: SnapshotStorage | false;
  /** A snapshot that came with the page, as bytes or in base64: what the server rendered with. */
  readonly snapshot?: SnapshotSource | string;
  /** `false` opens no WebSocket and does not poll: answers change when the snapshot is refreshed, before it expires. */
  readonly live?: boolean;
  /** How often the worker is asked while no WebSocket can be had, in milliseconds, 1,000 or more; 15,000 if left out. */
  readonly pollEvery?: number;
}

/**
 * `live`: changes arrive as they are made. `polling`: no WebSocket can be had, and the worker is asked every so often.
 * `offline`: answers hold until the snapshot expires. `ended`: nobody is signed in any more, and nothing is allowed.
 */
export type ConnectionState = "connecting" | "live" | "polling" | "offline" | "ended";

/** A snapshot is fetched again when this part of its life is over. */
const REFRESH_AT = 0.8;
/** After a failed background refresh: first wait, doubled up to the last. */
const FIRST_RETRY = 1_000;
const LAST_RETRY = 60_000;
const POLL_EVERY = 15_000;
/** How often a snapshot is fetched for a revision that the worker has told of, before waiting. */
const ATTEMPTS = 3;
const PROTOCOL = "countersign.v1";
const CREDENTIAL = "countersign.authorization.";

/** @internal What is wrong with the options is said at once. */
export function readOptions(options: ConnectOptions): void {
  if (typeof options?.tenant !== "string" || options.tenant === "") throw invalid("`tenant` must be a string");
  const { pollEvery } = options;
  if (pollEvery !== undefined && !(pollEvery >= 1_000)) throw invalid("`pollEvery` is a number of milliseconds, 1,000 or more");
}

/**
 * A live view of one subject's rights. Fires
 * - `change` whenever answers may have changed;
 * - `state` when `state` has;
 * - `error` (with `error`) when a refresh in the background failed: it is tried again, and answers hold until the snapshot expires;
 * - `end` (with `error`) when the worker says that nobody, or somebody else, is signed in, or that the subject is no member.
 */
export class Connection<M extends ModelTypes = Registered> extends EventTarget {
  readonly checker: Checker<M>;
  readonly #options: ConnectOptions;
  readonly #kept: Kept;
  /** The tag of what is held; nothing where it did not come with one. */
  #etag: string | undefined;
  readonly #gates = new Set<Gate>();
  readonly #questions: Questions;
  readonly #live: Live | undefined;
  readonly #unlisten: () => void;
  #state: ConnectionState = "connecting";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #poll: ReturnType<typeof setTimeout> | undefined;
  #retry = FIRST_RETRY;
  #closed = false;
  #loadedAt = Date.now();
  /** What the WebSocket says is taken in one after the other. */
  #taking: Promise<void> = Promise.resolve();

  /** @internal Use `connect`. */
  constructor(options: ConnectOptions, checker: Checker<M>, kept: Kept, response: Response | undefined) {
    super();
    this.#etag = tagOf(response);
    this.#options = options;
    this.checker = checker;
    this.#kept = kept;
    this.#questions = new Questions(any(checker));
    this.#live = options.live === false ? undefined : this.#startLive();
    this.#unlisten = this.#listen();
    this.#schedule();
    if (response === undefined) void this.#refreshBehind(true);
  }

  /** Whether changes arrive. */
  get state(): ConnectionState {
    return this.#state;
  }

  /** `checker.can`. */
  can<A extends Action<M>, R extends string = OfferedPath<M, A>>(
    action: A,
    resource: ResourceFor<M, A, R>,
    context?: ContextOf<M>,
    options?: AskOptionsOf<M>,
  ): boolean {
    return this.checker.can(action, resource, context, options);
  }

  /** As `can`, for showing: no error is thrown. A mistake in the question is reported in the console, and the answer is no. */
  shows<A extends Action<M>, R extends string = OfferedPath<M, A>>(action: A, resource: ResourceFor<M, A, R>, context?: ContextOf<M>): boolean {
    return ask(any(this.checker), action, resource as Resource, context as Attributes | undefined);
  }

  /**
   * Runs `listener` when the answer to one question has changed, by whatever cause.
   * @returns the function that stops it.
   */
  observe<A extends Action<M>, R extends string = OfferedPath<M, A>>(
    listener: () => void,
    action: A,
    resource: ResourceFor<M, A, R>,
    context?: ContextOf<M>,
  ): () => void {
    return this.#questions.add(action, resource as Resource, context as Attributes | undefined, listener);
  }

  /**
   * Fetches the snapshot again, unless the revision is still the same and the present one has life left.
   * @returns whether answers may have changed.
   */
  async refresh(): Promise<boolean> {
    this.#open();
    return this.#fetch(this.#ageing());
  }

  /**
   * Gates every element under `root` (the document if left out) that says `data-can="action path"`: what is not allowed is hidden, or disabled with
   * `data-can-mode="disable"`. Elements that come later are gated too.
   * @returns a function that stops gating and leaves the elements as they are.
   */
  gate(root?: ParentNode & Node, options: GateOptions = {}): () => void {
    return guard(() => {
      this.#open();
      const gate = new Gate(any(this.checker), root ?? document, options);
      this.#gates.add(gate);
      return () => {
        gate.stop();
        this.#gates.delete(gate);
      };
    });
  }

  /** Stops refreshing, withdraws what the gates had shown, and frees the checker. What is kept for the next page stays. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#poll);
    this.#unlisten();
    this.#live?.stop();
    for (const gate of this.#gates) {
      gate.stop();
      gate.withdraw();
    }
    this.#gates.clear();
    this.checker.free();
    this.#questions.stop();
    this.#enter("ended");
  }

  /** The subject signs out: `close`, and what is kept is forgotten. */
  signOut(): void {
    this.#kept.forget();
    this.close();
  }

  /** Runs `listener` at every change; returns the function that stops it. */
  onChange(listener: () => void): () => void {
    this.addEventListener("change", listener);
    return () => this.removeEventListener("change", listener);
  }

  #open(): void {
    if (this.#closed) throw new CountersignError("freed", "this connection has been closed");
  }

  #enter(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.dispatchEvent(new Event("state"));
  }

  /** The worker says that these rights are nobody's here. */
  #end(error: CountersignError): void {
    if (this.#closed) return;
    this.signOut();
    this.dispatchEvent(Object.assign(new Event("end"), { error }));
  }

  #failed(error: unknown): void {
    if (this.#closed) return;
    this.dispatchEvent(Object.assign(new Event("error"), { error }));
  }

  /** Fetches the snapshot; `anew` also where the revision is the same. */
  async #fetch(anew: boolean): Promise<boolean> {
    try {
      const held = { etag: this.#etag ?? `"${this.checker.revision}"`, subject: this.checker.subject };
      const response = await fetchSnapshot(this.#options, anew ? undefined : held);
      if (response.status === 304 || this.#closed) return false;
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (this.#closed || !(await this.#take(bytes, tagOf(response)))) return false;
    } catch (error) {
      // Closed while it waited: there is nobody left to tell.
      if (this.#closed) return false;
      const told = asCountersignError(error, "fetch_failed");
      if (told.status === 401 || told.status === 404 || told.code === "snapshot_foreign") this.#end(told);
      throw told;
    }
    this.#changed();
    return true;
  }

  /** Answers by a snapshot from now on, unless it is older than the present one. */
  async #take(bytes: Uint8Array, etag: string | undefined): Promise<boolean> {
    const taken = await this.checker.update(bytes);
    if (!taken || this.#closed) return false;
    this.#etag = etag;
    this.#kept.write(bytes);
    this.#loadedAt = Date.now();
    this.#retry = FIRST_RETRY;
    this.#schedule();
    return true;
  }

  #changed(): void {
    for (const gate of this.#gates) gate.apply();
    this.#questions.apply();
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
    this.#timer = setTimeout(() => void this.#refreshBehind(false), Math.min(Math.max(delay, 0), LONGEST_TIMER));
    unref(this.#timer);
  }

  /** Refreshes what is due, or in any case; a failure is told, and tried again. */
  async #refreshBehind(inAnyCase: boolean): Promise<void> {
    const ageing = this.#ageing();
    if (!ageing && !inAnyCase) return this.#schedule();
    try {
      const changed = await this.refresh();
      // Who is signed in has just been seen: the socket may show it, too.
      if (ageing && changed) this.#live?.renew();
      // Without a new snapshot the wait is the same as after a failure.
      if (changed || !ageing) return;
    } catch (error) {
      this.#failed(error);
    }
    if (this.#closed) return;
    this.#wait(this.#retry);
    this.#retry = Math.min(this.#retry * 2, LAST_RETRY);
  }

  #startLive(): Live | undefined {
    if (typeof WebSocket !== "function") {
      this.#pollSoon();
      this.#state = "polling";
      return undefined;
    }
    const live = new Live({
      address: () => addressOf(this.#options, any(this.checker), this.#ageing()),
      message: (data) => {
        this.#taking = this.#taking.then(() => this.#told(data)).catch((error: unknown) => this.#failed(error));
      },
      closed: (code) => {
        if (code === GONE) this.#end(new CountersignError("fetch_failed", "the subject is no member any more", { status: 404 }));
      },
      state: (state) => this.#lives(state),
    });
    live.start();
    return live;
  }

  #lives(state: LiveState): void {
    clearTimeout(this.#poll);
    if (state === "down") this.#pollSoon();
    if (!this.#closed) this.#enter(state === "down" ? "polling" : state);
  }

  /** A message of the worker's: a snapshot, or which revision is to be had. */
  async #told(data: ArrayBuffer | string): Promise<void> {
    if (this.#closed) return;
    let wanted = 0;
    if (typeof data === "string") {
      wanted = revisionIn(data) ?? Infinity;
      if (wanted <= this.checker.revision) return;
    } else {
      try {
        const before = this.checker.revision;
        if ((await this.#take(new Uint8Array(data), undefined)) && this.checker.revision > before) this.#changed();
        return;
      } catch (error) {
        if (this.#closed) return;
        const told = asCountersignError(error, "fetch_failed");
        if (told.code === "snapshot_foreign") return this.#end(told);
        wanted = Infinity;
      }
    }
    // There is something that this page does not have: all of it is fetched.
    for (let attempt = 0; attempt < ATTEMPTS && !this.#closed; attempt++) {
      await this.#fetch(true);
      if (this.#closed || wanted === Infinity || this.checker.revision >= wanted) return;
    }
  }

  #pollSoon(): void {
    const every = this.#options.pollEvery ?? POLL_EVERY;
    clearTimeout(this.#poll);
    this.#poll = setTimeout(() => {
      this.#pollSoon();
      void this.refresh().catch((error: unknown) => this.#failed(error));
    }, every * (1 - Math.random() / 5));
    unref(this.#poll);
  }

  /** Heeds what the browser says of the network and of whether anybody looks. */
  #listen(): () => void {
    if (typeof window === "undefined") return () => {};
    const again = () => {
      if (this.#closed) return;
      this.#live?.wake();
      if (this.#state !== "live" || this.#ageing()) void this.#refreshBehind(true);
    };
    const listeners: [EventTarget, string, (event: Event) => void][] = [
      [window, "online", again],
      [window, "offline", () => this.#live?.lost()],
      [document, "visibilitychange", () => document.visibilityState === "visible" && again()],
      // A page that is put aside keeps no socket; when it is taken out again, nobody knows what has happened.
      [window, "pagehide", () => this.#live?.stop()],
      [window, "pageshow", (event) => {
        if (!(event as PageTransitionEvent).persisted || this.#closed) return;
        this.#live?.start();
        void this.#refreshBehind(true);
      }],
    ];
    for (const [target, name, listener] of listeners) target.addEventListener(name, listener);
    return () => {
      for (const [target, name, listener] of listeners) target.removeEventListener(name, listener);
    };
  }
}

/** A checker of some model, for what asks what a page says. */
const any = (checker: unknown): Checker => checker as Checker;

/** The revision that a text message says is to be had: none where what is held is current; nothing if it says neither. */
function revisionIn(text: string): number | undefined {
  try {
    const { current, changed } = JSON.parse(text) as { current?: unknown; changed?: unknown };
    if (typeof current === "number") return 0;
    return typeof changed === "number" ? changed : undefined;
  } catch {
    return undefined;
  }
}

/** What a connection holds already. */
interface Held {
  readonly etag: string;
  readonly subject: string;
}

function tagOf(response: Response | undefined): string | undefined {
  return response?.headers.get("etag") ?? undefined;
}

async function headersOf({ headers }: ConnectOptions): Promise<Headers> {
  return new Headers(typeof headers === "function" ? await headers() : headers);
}

/** Where the WebSocket is. It has no headers: a credential goes as a subprotocol, which is a list of tokens. */
async function addressOf(options: ConnectOptions, checker: Checker, ageing: boolean): Promise<{ url: string; protocols: string[] }> {
  const credential = (await headersOf(options)).get("authorization");
  const url = new URL(addressAt(options, "watch"), globalThis.location?.href);
  url.protocol = url.protocol.replace("http", "ws");
  if (!ageing) {
    url.searchParams.set("revision", String(checker.revision));
    url.searchParams.set("subject", checker.subject);
  }
  const escape = (character: string) => `%${character.charCodeAt(0).toString(16)}`;
  const token = credential && encodeURIComponent(credential).replace(/[()]/g, escape);
  return { url: url.href, protocols: token ? [PROTOCOL, CREDENTIAL + token] : [PROTOCOL] };
}

function addressAt({ url, tenant }: ConnectOptions, place: string): string {
  return `${url ?? ""}/v1/tenants/${encodeURIComponent(tenant)}/me/${place}`;
}

/** @internal Fetches the snapshot; what is held already may be answered with 304. */
export async function fetchSnapshot(options: ConnectOptions, held: Held | undefined): Promise<Response> {
  const headers = await headersOf(options);
  // The tag is the revision: it is sent with whose snapshot is held, for to somebody else it says nothing.
  const tagged = held !== undefined && /^[\x21-\x7e]+$/.test(held.subject);
  if (tagged) {
    headers.set("If-None-Match", held.etag);
    headers.set("Countersign-Snapshot-Subject", held.subject);
  }
  // The browser's own cache knows nothing of who asks.
  const response = await fetch(addressAt(options, "snapshot"), { headers, cache: "no-store" });
  if (response.ok || (response.status === 304 && tagged)) return response;
  throw new CountersignError("fetch_failed", `the snapshot's address answered ${response.status}`, { status: response.status });
}
