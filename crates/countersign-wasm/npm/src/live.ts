/** The WebSocket on which the worker tells of changes: opened, kept, given up for dead, and opened again. */

import { LONGEST_TIMER, unref } from "./clock.js";

/** `connecting` at first and after a loss; `down` when that has failed more than once; `offline` as the browser says. */
export type LiveState = "connecting" | "live" | "down" | "offline";

/** What happens on it. */
export interface LiveHooks {
  /** Where to connect, and with which subprotocols; asked anew each time. */
  address(): Promise<{ readonly url: string; readonly protocols: string[] }>;
  /** A message: bytes are a snapshot, a text is JSON. */
  message(data: ArrayBuffer | string): void;
  /** The worker has closed it, and says with this code why. */
  closed(code: number): void;
  state(state: LiveState): void;
}

/** The worker's codes. */
export const GONE = 4404;
const INACTIVE = 4403;
const RENEW = 4408;

/** The wait before the second attempt, doubled up to the last; each is shortened by chance, by up to a half. */
const FIRST_RETRY = 500;
const LAST_RETRY = 30_000;
/** The wait after the worker has asked to come again: not all pages at once. */
const SOON = 100;
/** Silence is broken so often, and must be answered so soon; as soon must a socket open. */
const PING_EVERY = 25_000;
const PATIENCE = 8_000;
/** So many attempts must fail before it counts as down. */
const DOWN = 2;

/** One socket at a time. */
export class Live {
  readonly #hooks: LiveHooks;
  #socket: WebSocket | undefined;
  /** Counts attempts: what belongs to an earlier one is ignored. */
  #turn = 0;
  #failures = 0;
  #state: LiveState | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;

  constructor(hooks: LiveHooks) {
    this.#hooks = hooks;
  }

  start(): void {
    this.#running = true;
    void this.#attempt();
  }

  stop(): void {
    this.#running = false;
    this.#leave();
  }

  /** The network is back, or somebody looks at the page again: what is open is tried, what is not is opened at once. */
  wake(): void {
    if (!this.#running) return;
    if (this.#state === "live") this.#ping();
    else void this.#attempt();
  }

  /** Opens a new socket in place of the present one: whoever is signed in shows it again. */
  renew(): void {
    if (this.#running && this.#state === "live") void this.#attempt();
  }

  /** The browser says that there is no network. */
  lost(): void {
    if (!this.#running) return;
    this.#leave();
    this.#enter("offline");
  }

  async #attempt(): Promise<void> {
    this.#leave();
    const turn = this.#turn;
    if (globalThis.navigator?.onLine === false) return this.#enter("offline");
    if (this.#state !== "down" && this.#state !== "live") this.#enter("connecting");
    try {
      const { url, protocols } = await this.#hooks.address();
      if (turn !== this.#turn) return;
      const socket = new WebSocket(url, protocols);
      socket.binaryType = "arraybuffer";
      this.#socket = socket;
      this.#wait(PATIENCE, () => this.#failed(turn, 0));
      socket.onmessage = ({ data }) => turn === this.#turn && this.#heard(data as ArrayBuffer | string);
      socket.onclose = ({ code }) => this.#failed(turn, code);
    } catch {
      this.#failed(turn, 0);
    }
  }

  #heard(data: ArrayBuffer | string): void {
    this.#failures = 0;
    this.#enter("live");
    this.#wait(PING_EVERY, () => this.#ping());
    if (data !== "pong") this.#hooks.message(data);
  }

  #ping(): void {
    const turn = this.#turn;
    this.#wait(PATIENCE, () => this.#failed(turn, 0));
    if (this.#socket?.readyState === 1) this.#socket.send("ping");
  }

  #failed(turn: number, code: number): void {
    if (turn !== this.#turn || !this.#running) return;
    this.#leave();
    if (code >= 4_000) this.#hooks.closed(code);
    if (!this.#running) return;
    if (code === RENEW) return this.#wait(SOON * Math.random(), () => void this.#attempt());
    // Whoever may do nothing is not told when that ends.
    this.#failures = code === INACTIVE ? Math.max(this.#failures + 1, DOWN) : this.#failures + 1;
    this.#enter(this.#failures >= DOWN ? "down" : "connecting");
    const delay = Math.min(FIRST_RETRY * 2 ** (this.#failures - 1), LAST_RETRY);
    this.#wait(delay * (1 - Math.random() / 2), () => void this.#attempt());
  }

  /** Gives the present socket up. */
  #leave(): void {
    this.#turn++;
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket !== undefined) {
      socket.onclose = socket.onmessage = null;
      socket.close();
    }
  }

  #wait(delay: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, Math.min(delay, LONGEST_TIMER));
    unref(this.#timer);
  }

  #enter(state: LiveState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#hooks.state(state);
  }
}
