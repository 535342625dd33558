const latestTime = 2 ** 48 - 1;
const randomBytes = 10;
const twoPow24 = 2 ** 24;
const twoPow12 = 2 ** 12;

/** Every three-digit hexadecimal number: two look-ups give the part of an id that changes. */
const hex3 = Array.from({ length: twoPow12 }, (_, i) => i.toString(16).padStart(3, "0"));

/**
 * Makes UUIDv7s (RFC 9562) that sort as texts and as UUIDs in the order in which they were made: the time and 26 random
 * bits stay, and the last 48 bits count up from a random start below 2^47, so that they cannot run over.
 * For ids over a longer time make a new source whenever the clock has passed `now`; while it stands still or goes back,
 * go on with the old one, and the order holds.
 */
export class UuidSource {
  /** The time in all its ids, milliseconds since 1970. */
  readonly now: number;
  readonly #fixed: string;
  #prefix: string;
  #high: number;
  #low: number;

  /**
   * @param now milliseconds since 1970, a whole number
   * @param random at least 10 fresh random bytes
   * @throws RangeError for another time or fewer bytes, which is a fault of the program
   */
  constructor(now: number, random: Uint8Array) {
    if (!Number.isInteger(now) || now < 0 || now > latestTime)
      throw new RangeError(`No time for a UUIDv7: ${now}`);
    if (random.length < randomBytes)
      throw new RangeError(`A UUIDv7 needs ${randomBytes} random bytes, not ${random.length}`);
    const bits = (byte: number, mask = 0xff) => random[byte]! & mask;
    const time = now.toString(16).padStart(12, "0");
    const version = (0x7000 | (bits(0, 0x0f) << 8) | bits(1)).toString(16);
    const variant = (0x8000 | (bits(2, 0x3f) << 8) | bits(3)).toString(16);
    this.now = now;
    this.#fixed = `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}-`;
    this.#high = (bits(4, 0x7f) << 16) | (bits(5) << 8) | bits(6);
    this.#low = (bits(7) << 16) | (bits(8) << 8) | bits(9);
    this.#prefix = this.#prefixed();
  }

  /** The next id, lower case with hyphens. */
  next(): string {
    const low = this.#low;
    const id = this.#prefix + hex3[low >>> 12]! + hex3[low & 0xfff]!;
    if (low + 1 < twoPow24) {
      this.#low = low + 1;
    } else {
      this.#low = 0;
      this.#high++;
      this.#prefix = this.#prefixed();
    }
    return id;
  }

  #prefixed(): string {
    return this.#fixed + hex3[this.#high >>> 12]! + hex3[this.#high & 0xfff]!;
  }
}

/** One UUIDv7; arguments as for `UuidSource`. */
export function uuidv7(now: number, random: Uint8Array): string {
  return new UuidSource(now, random).next();
}

/** `count` UUIDv7s that sort in this order; the other arguments as for `UuidSource`. */
export function uuidv7Batch(now: number, random: Uint8Array, count: number): string[] {
  const source = new UuidSource(now, random);
  return Array.from({ length: count }, () => source.next());
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text has the form of a UUID, of any version and in either case. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}
