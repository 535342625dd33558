/**
 * How many of the latest contacts a file's repeats are looked for in. Files up to this size are exact; beyond it a far
 * repeat of a row that changed nothing may count as unchanged instead of duplicate, and the counters still add up.
 */
export const seenWindow = 1_000_000;

/**
 * The contacts that the rows of one file already hit, as a set of 64-bit keys in flat memory: 16 MB a generation, where
 * a Set of a million strings takes 100. Two generations: when the newer is full the older is forgotten, so that
 * between `window` and 2 × `window` of the latest contacts are known.
 *
 * Two contacts share a key with a chance of about 3 in 100 million for a file of a million rows: the key is the random
 * half of a UUIDv7.
 */
export class SeenContacts {
  readonly #window: number;
  #newer: KeySet;
  #older: KeySet;

  constructor(window = seenWindow) {
    this.#window = window;
    this.#newer = new KeySet();
    this.#older = new KeySet();
  }

  has(id: string): boolean {
    const { high, low } = contactKey(id);
    return this.hasKey(high, low);
  }

  add(id: string): void {
    const { high, low } = contactKey(id);
    this.addKey(high, low);
  }

  hasKey(high: number, low: number): boolean {
    return this.#newer.has(high, low) || this.#older.has(high, low);
  }

  addKey(high: number, low: number): void {
    if (this.#newer.size >= this.#window) {
      this.#older = this.#newer;
      this.#newer = new KeySet();
    }
    this.#newer.add(high, low);
  }
}

/** The random half of a UUID, as two unsigned 32-bit numbers. */
export function contactKey(id: string): { high: number; low: number } {
  return {
    high: Number.parseInt(id.slice(19, 23) + id.slice(24, 28), 16),
    low: Number.parseInt(id.slice(28), 16),
  };
}

/** Open addressing over 32-bit halves; grows at 60 % full. The pair 0, 0 marks an empty place and is stored as 0, 1. */
class KeySet {
  size = 0;
  #mask = 1023;
  #places = new Uint32Array(2048);

  has(high: number, low: number): boolean {
    return this.#find(high, low || Number(high === 0)) < 0;
  }

  add(high: number, low: number): void {
    const stored = low || Number(high === 0);
    const place = this.#find(high, stored);
    if (place < 0) return;
    this.#places[place] = high;
    this.#places[place + 1] = stored;
    this.size++;
    if (this.size > this.#mask * 0.6) this.#grow();
  }

  /** The index of the free place for a key, or -1 if the key is there. */
  #find(high: number, low: number): number {
    let slot = (Math.imul(low, 0x9e3779b1) ^ high) & this.#mask;
    for (;;) {
      const at = slot * 2;
      const h = this.#places[at]!;
      const l = this.#places[at + 1]!;
      if (h === 0 && l === 0) return at;
      if (h === high && l === low) return -1;
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(): void {
    const former = this.#places;
    this.#mask = this.#mask * 2 + 1;
    this.#places = new Uint32Array((this.#mask + 1) * 2);
    for (let at = 0; at < former.length; at += 2) {
      const high = former[at]!;
      const low = former[at + 1]!;
      if (high === 0 && low === 0) continue;
      const place = this.#find(high, low);
      this.#places[place] = high;
      this.#places[place + 1] = low;
    }
  }
}
