/** Single answers that somebody shows: each listener runs when its own answer has changed, and at no other time. */

import { ask } from "./ask.js";
import type { Checker } from "./checker.js";
import { Clock } from "./clock.js";
import type { Attributes, Resource } from "./types.js";

interface Asked {
  readonly action: string;
  readonly resource: Resource;
  readonly context: Attributes | undefined;
  readonly listener: () => void;
  answer: boolean;
}

/** The questions of one connection. */
export class Questions {
  readonly #checker: Checker;
  readonly #asked = new Set<Asked>();
  readonly #clock = new Clock(() => this.apply());

  constructor(checker: Checker) {
    this.#checker = checker;
  }

  /** Adds a question; returns the function that takes it away. */
  add(action: string, resource: Resource, context: Attributes | undefined, listener: () => void): () => void {
    const asked: Asked = { action, resource, context, listener, answer: false };
    asked.answer = this.#answer(asked);
    this.#clock.set();
    this.#asked.add(asked);
    return () => {
      this.#asked.delete(asked);
      if (this.#asked.size === 0) this.#clock.stop();
    };
  }

  /** Asks all anew. Listeners run when all have been asked, so that none sees half of a change. */
  apply(): void {
    this.#clock.reset();
    const changed: Asked[] = [];
    for (const asked of this.#asked) {
      const answer = this.#answer(asked);
      if (answer === asked.answer) continue;
      asked.answer = answer;
      changed.push(asked);
    }
    this.#clock.set();
    for (const asked of changed) if (this.#asked.has(asked)) asked.listener();
  }

  /** Asks nothing any more: nobody is known. Call it when the checker has been freed. */
  stop(): void {
    this.apply();
    this.#clock.stop();
  }

  #answer({ action, resource, context }: Asked): boolean {
    const answer = ask(this.#checker, action, resource, context);
    try {
      const now = Date.now();
      this.#clock.until(this.#checker.validUntil([resource], { now }), now);
    } catch {
      // What cannot be asked has been reported, and ends with nothing.
    }
    return answer;
  }
}
