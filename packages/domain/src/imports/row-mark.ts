/** Raise it with every release in which the same row may mean something else than before. */
const meaning = 1;

/**
 * Recognises rows by a number. A contact keeps the mark of the row that made it what it is; whoever else changes it wipes
 * the mark. The same row, read under the same columns and policy, then has nothing left to do, and nobody needs to read
 * the contact to know it: applying a row twice equals applying it once (see `row-mark.test.ts`), unless its status was
 * kept back, and such rows leave no mark.
 */
export class RowMarks {
  readonly #a: number;
  readonly #b: number;

  /** @param circumstances everything beside the row that decides what it does */
  constructor(circumstances: unknown) {
    const hash = new Hash(meaning, meaning);
    hash.add(JSON.stringify(circumstances));
    this.#a = hash.a;
    this.#b = hash.b;
  }

  /**
   * @param cells a row's cells, or the text of an object as the only one
   * @returns a whole number of 53 bits: another row has the same one with a chance of 1 in 9 × 10¹⁵
   */
  of(cells: readonly string[]): number {
    const hash = new Hash(this.#a, this.#b);
    for (const cell of cells) hash.add(cell);
    return hash.end();
  }
}

/** The steps of cyrb53. */
class Hash {
  a: number;
  b: number;

  constructor(seedA: number, seedB: number) {
    this.a = 0xdeadbeef ^ seedA;
    this.b = 0x41c6ce57 ^ seedB;
  }

  add(text: string): void {
    let { a, b } = this;
    const { length } = text;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      a = Math.imul(a ^ unit, 2654435761);
      b = Math.imul(b ^ unit, 1597334677);
    }
    // The length tells "ab", "c" from "a", "bc"; beyond 16 bits it cannot be taken for a character.
    this.a = Math.imul(a ^ (length + 0x10000), 2654435761);
    this.b = Math.imul(b ^ (length + 0x10000), 1597334677);
  }

  end(): number {
    let { a, b } = this;
    a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
    b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
    return 4294967296 * (2097151 & b) + (a >>> 0);
  }
}
