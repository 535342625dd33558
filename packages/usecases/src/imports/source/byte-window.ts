import { SourceError } from "./source-error.ts";

/** Gathers chunks of any size into blocks of a wanted size. */
export class ByteWindow {
  readonly #source: AsyncIterator<Uint8Array>;
  #pending: Uint8Array = Buffer.alloc(0);
  #over = false;
  /** What is wrong with the file; it is kept so that the bytes in front of it can be used first. */
  fault: { error: SourceError } | null = null;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#source = chunks[Symbol.asyncIterator]();
  }

  /**
   * Puts at least `wanted` further bytes behind `held`, or fewer and `last` at the end, or fewer and a `fault`.
   * @throws whatever the source throws that is not the file's fault
   */
  async fill(held: Buffer, wanted: number): Promise<{ bytes: Buffer; last: boolean }> {
    const parts: Uint8Array[] = held.length === 0 ? [] : [held];
    let missing = wanted;
    while (missing > 0 && (this.#pending.length > 0 || (await this.#pull()))) {
      const part = this.#pending.subarray(0, missing);
      this.#pending = this.#pending.subarray(part.length);
      missing -= part.length;
      parts.push(part);
    }
    const [only] = parts;
    const bytes =
      parts.length === 1 ? Buffer.from(only!.buffer, only!.byteOffset, only!.length) : Buffer.concat(parts);
    return { bytes, last: this.#over && this.#pending.length === 0 && this.fault === null };
  }

  /** Lets the source go, also in the middle. */
  async close(): Promise<void> {
    if (!this.#over) await this.#source.return?.();
  }

  async #pull(): Promise<boolean> {
    if (this.#over) return false;
    try {
      const { done, value } = await this.#source.next();
      if (done !== true) {
        this.#pending = value;
        return true;
      }
      this.#over = true;
    } catch (error) {
      this.#over = true;
      if (!(error instanceof SourceError)) throw error;
      this.fault = { error };
    }
    return false;
  }
}
