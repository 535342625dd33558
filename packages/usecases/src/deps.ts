import { randomBytes, randomFillSync } from "node:crypto";
import { UuidSource } from "@roster/domain/contacts/contact-id.ts";
import { openStore, type Sql } from "@roster/store/open.ts";
import { KeyRing } from "./accounts/key-ring.ts";
import { AmazonSns } from "./events/amazon-sns.ts";
import {
  loadSuppressionKey,
  type SuppressionKey,
  SuppressionKeyMissing,
} from "./suppressions/suppression-key.ts";

/** What every use case gets: the database, and the clock and randomness that the domain must not reach for. */
export type Deps = {
  sql: Sql;
  now: () => Date;
  random: (bytes: number) => Uint8Array;
  /** Makes UUIDv7s that sort in the order in which they were made. */
  newId: () => string;
  suppressionKey: SuppressionKey;
  keyRing: KeyRing;
  sns: AmazonSns;
};

/**
 * Opens what the use cases need.
 * @param dataDir where the key of the suppression hashes lives; it is made there when none is needed yet
 * @throws SuppressionKeyMissing when entries exist whose key is not there
 */
export async function openDeps(options: {
  databaseUrl: string;
  dataDir: string;
  poolSize: number;
  name: string;
}): Promise<Deps & { close(): Promise<void> }> {
  const sql = openStore(options.databaseUrl, { max: options.poolSize, name: options.name });
  try {
    const suppressionKey = await loadSuppressionKey(sql, options.dataDir);
    return {
      sql,
      now: () => new Date(),
      random: (bytes) => randomBytes(bytes),
      newId: idSource(),
      suppressionKey,
      keyRing: new KeyRing(sql),
      sns: new AmazonSns(),
      close: () => sql.end({ timeout: 5 }),
    };
  } catch (error) {
    await sql.end({ timeout: 1 });
    throw error;
  }
}

export { SuppressionKeyMissing };

/** A new source for each millisecond: ids carry the time, and within it they count up. */
function idSource(): () => string {
  let at = Number.NEGATIVE_INFINITY;
  let source: UuidSource;
  const random = Buffer.alloc(10);
  return () => {
    const now = Date.now();
    if (now > at) {
      at = now;
      source = new UuidSource(now, randomFillSync(random));
    }
    return source.next();
  };
}
