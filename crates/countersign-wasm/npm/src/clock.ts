/** Some answers end by themselves: when the first of those that are shown does, and a timer for it. */

/** How often answers are asked for anew whose conditions read the clock, in milliseconds. */
const STEP = 250;
/** The longest delay that timers take. */
export const LONGEST_TIMER = 0x7fff_ffff;

/** A timer for the first of many moments. */
export class Clock {
  readonly #ring: () => void;
  #next = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Forgets all moments; they are named anew while answers are. */
  reset(): void {
    this.#next = Infinity;
  }

  /** An answer of `now` holds until then. What reads the clock says nothing about when it will change. */
  until(moment: number, now: number): void {
    this.#next = Math.min(this.#next, moment <= now + 1 ? now + STEP : moment);
  }

  /** Sets the timer for the first moment. */
  set(): void {
    clearTimeout(this.#timer);
    if (this.#next === Infinity) return;
    const delay = Math.max(this.#next - Date.now(), 0) + 1;
    this.#timer = setTimeout(this.#ring, Math.min(delay, LONGEST_TIMER));
    unref(this.#timer);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** In Node a timer alone must not keep a process alive. */
export function unref(timer: ReturnType<typeof setTimeout>): void {
  (timer as { unref?: () => void }).unref?.();
}
