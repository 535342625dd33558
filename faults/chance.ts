/** A source of chance that a seed decides: the same seed gives the same schedule on every machine. */
export class Chance {
  #state: number;

  /** @param seed any whole number; @param about what the chance is for, so that each thing has a stream of its own */
  constructor(seed: number, about: string) {
    this.#state = seed >>> 0;
    for (const character of about)
      this.#state = Math.imul(this.#state ^ character.codePointAt(0)!, 0x01000193);
  }

  /** At least 0, below 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, at least 0, below `n`. */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  /** So many numbers between two, in rising order. */
  points(count: number, from: number, to: number): number[] {
    return Array.from({ length: count }, () => from + this.next() * (to - from)).sort((a, b) => a - b);
  }

  /** The same things in another order. */
  shuffled<T>(things: readonly T[]): T[] {
    const mixed = [...things];
    for (let i = mixed.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
    }
    return mixed;
  }
}
