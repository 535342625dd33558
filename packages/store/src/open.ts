import postgres from "postgres";

/** A pool, or the transaction that a caller is in: every store function takes either. */
export type Sql = postgres.Sql<{ bigint: number }>;
export type Tx = postgres.TransactionSql<{ bigint: number }>;
export type Db = Sql | Tx;
/** A part of a statement, which others put together. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>;

export type OpenOptions = {
  /** Connections in the pool. */
  max?: number;
  /** Shown in pg_stat_activity. */
  name?: string;
};

/** Seconds between two tries to connect. */
const retryPause = 0.25;

/**
 * Opens a pool on `url` (`postgres://…`, a unix socket as `?host=/dir`). Column names come as camelCase; keys inside
 * jsonb are customers' data and stay as they are. int8 comes as a number: our counts and numbers stay below 2^53.
 */
export function openStore(url: string, { max = 10, name = "roster" }: OpenOptions = {}): Sql {
  const { bare, socketDir } = splitSocket(url);
  return postgres(bare, {
    max,
    connection: {
      application_name: name,
      // A plan made while a table was still empty would scan it from end to end for the rest of its connection's life.
      enable_seqscan: "off",
      jit: "off",
      // Nobody waits for ever: a lock that is not to be had in time is tried again (see `retry.ts`).
      lock_timeout: 5000,
      // A transaction that stands still holds back the change feed.
      idle_in_transaction_session_timeout: 60_000,
    } as Record<string, string | number>,
    // Only the names of columns: postgres.camel would rewrite the keys of customers' attributes too.
    transform: { column: { from: postgres.toCamel } },
    types: {
      bigint: { to: 20, from: [20], serialize: String, parse: Number },
    },
    onnotice: () => {},
    // The pauses of the library double up to 20 s: a server that is back would be missed for that long.
    backoff: () => retryPause,
    ...(socketDir !== null && { host: socketDir }),
  }) as Sql;
}

/**
 * The database as it is seen from inside a transaction: one that begins here is a part of it, can fail and be tried again by
 * itself, and is committed with the whole. Parts run one after the other. It is no pool: it cannot listen, nor be ended.
 */
export function inside(tx: Tx): Sql {
  const begin = (part: (tx: Tx) => Promise<unknown>) => tx.savepoint(part);
  return Object.assign(tx, { begin }) as unknown as Sql;
}

/** `?host=/dir` is libpq's way to name a unix socket; postgres.js would send it to the server as a setting. */
function splitSocket(url: string): { bare: string; socketDir: string | null } {
  const parsed = new URL(url);
  const host = parsed.searchParams.get("host");
  if (host === null || !host.startsWith("/")) return { bare: url, socketDir: null };
  parsed.searchParams.delete("host");
  return { bare: parsed.href, socketDir: host };
}
