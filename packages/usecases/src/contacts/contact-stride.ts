import { TookTooLong } from "@roster/store/sql/time-limit.ts";

/** Most contacts of one step: with a plain filter they take a fraction of a second. */
const most = 250_000;

/** So many times longer, or shorter, a step is than the one before it, at most. */
const growth = 4;

/**
 * How many contacts a walk looks through at a time to find those of a filter: about as many as have so many of them among them as
 * are wanted at a time. How rare they are shows on the way. So no step takes long, however few are found.
 */
export class Stride {
  readonly #wanted: number;
  #contacts: number;
  #most = most;

  constructor(wanted: number) {
    this.#wanted = wanted;
    this.#contacts = wanted;
  }

  /**
   * One step.
   * @param look looks through the next so many contacts; it is called again with fewer where that took too long
   * @throws TookTooLong where no more than are wanted at a time take too long
   */
  async over<T extends { found: readonly unknown[] }>(look: (contacts: number) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const result = await look(this.#contacts);
        this.#turnTo(this.#next(result.found.length));
        return result;
      } catch (error) {
        if (!(error instanceof TookTooLong) || this.#contacts <= this.#wanted) throw error;
        // What took too long once is not tried again.
        this.#most = Math.ceil(this.#contacts / growth);
        this.#turnTo(this.#most);
      }
    }
  }

  /** How far the next step should go: to three fourths of those that are wanted, lest a little more than they be found. */
  #next(found: number): number {
    // Where they are found, it went no further than to the last of them.
    if (found >= this.#wanted) return this.#contacts / growth;
    return Math.min(this.#contacts * growth, (this.#contacts * this.#wanted * 0.75) / Math.max(1, found));
  }

  #turnTo(contacts: number): void {
    this.#contacts = Math.ceil(Math.max(this.#wanted, Math.min(this.#most, contacts)));
  }
}
