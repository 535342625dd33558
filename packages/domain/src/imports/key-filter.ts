/** Places that a key is marked at. With four and 20 bits a key, one of 1,000 unknown keys is taken for a known one. */
const marks = 4;

/**
 * A set of strings that forgets no string and cannot tell for sure that it has one: a Bloom filter, in memory that does
 * not grow. What it does not know was never added; what it seems to know has to be looked up.
 */
export class KeyFilter {
  readonly #bits: Uint32Array;
  readonly #mask: number;

  /** @param bytes of memory, rounded up to a power of two of at least 1,024 and at most 512 MB */
  constructor(bytes: number) {
    const words = 2 ** Math.ceil(Math.log2(Math.min(Math.max(bytes, 1024), 2 ** 29) / 4));
    this.#bits = new Uint32Array(words);
    this.#mask = words * 32 - 1;
  }

  add(key: string): void {
    let { at, step } = hashed(key);
    for (let n = 0; n < marks; n++) {
      const bit = at & this.#mask;
      this.#bits[bit >>> 5]! |= 1 << (bit & 31);
      at = (at + step) | 0;
    }
  }

  /** @returns false only for a key that was never added */
  mayHave(key: string): boolean {
    let { at, step } = hashed(key);
    for (let n = 0; n < marks; n++) {
      const bit = at & this.#mask;
      if ((this.#bits[bit >>> 5]! & (1 << (bit & 31))) === 0) return false;
      at = (at + step) | 0;
    }
    return true;
  }
}

/** Two 32-bit hashes in one pass, each by the multiply-and-shift steps of cyrb53; the step is odd, so that it reaches every place. */
function hashed(key: string): { at: number; step: number } {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return { at: a, step: b | 1 };
}
