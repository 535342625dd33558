import { type KeyRecord, keyByHash, noteKeyUse } from "@roster/store/accounts/keys.ts";
import type { Sql } from "@roster/store/open.ts";

/**
 * For so long a key is taken for what it was when it was last looked up: a revoked key, or another plan, is noticed within
 * two seconds by every process.
 */
export const keyMemoryMs = 2000;

/** Keys that are remembered at a time: each takes less than 1 kB. */
const mostKeys = 10_000;

const minuteMs = 60_000;

type Entry = { until: number; record: Promise<KeyRecord | null> };

/** The keys that were used just now, so that not every request has to ask the database who sent it. */
export class KeyRing {
  readonly #sql: Sql;
  readonly #entries = new Map<string, Entry>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** What the key with this hash opens; null if there is no such key, or if it is revoked or expired. */
  find(hash: Buffer): Promise<KeyRecord | null> {
    const now = performance.now();
    const name = hash.toString("base64");
    const known = this.#entries.get(name);
    if (known !== undefined && now < known.until) return known.record;
    if (this.#entries.size >= mostKeys) this.#entries.clear();
    const entry = { until: now + keyMemoryMs, record: this.#look(hash) };
    this.#entries.set(name, entry);
    // Neither an outage nor a key that somebody is about to make is to be remembered.
    const forget = () => {
      if (this.#entries.get(name) === entry) this.#entries.delete(name);
    };
    entry.record.then((record) => {
      if (record === null) forget();
    }, forget);
    return entry.record;
  }

  async #look(hash: Buffer): Promise<KeyRecord | null> {
    const record = await keyByHash(this.#sql, hash);
    if (record === null) return null;
    const unnoted = record.lastUsedAt === null || Date.now() - record.lastUsedAt.getTime() > minuteMs;
    // Nobody waits for it, and if it fails the next look-up tries again.
    if (unnoted) noteKeyUse(this.#sql, record).catch(() => {});
    return record;
  }
}
