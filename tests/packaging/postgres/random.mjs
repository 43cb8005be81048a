/** Numbers that look random and are the same in every run with the same seed. */

export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** A whole number below the bound. */
  below(bound) {
    this.#state = (this.#state + 0x9e37_79b9) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0_aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % bound;
  }

  /** True in so many of 100 cases. */
  chance(percent) {
    return this.below(100) < percent;
  }

  pick(from) {
    return from[this.below(from.length)];
  }

  /** So many of them, with repetitions. */
  many(from, most) {
    return Array.from({ length: this.below(most + 1) }, () => this.pick(from));
  }
}
