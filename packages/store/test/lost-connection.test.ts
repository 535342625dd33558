import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openStore, type Sql, type Tx } from "../src/open.ts";
import { createEmptyDatabase, type TestDatabase } from "../src/testing.ts";
import { openGate, type TcpGate } from "./tcp-gate.ts";

let database: TestDatabase;
let gate: TcpGate;
/** The pool whose connection is lost: it has one only, which everybody shares. */
let sql: Sql;
/** Another one, which sees what is there, and cuts. */
let other: Sql;

beforeAll(async () => {
  database = await createEmptyDatabase();
  gate = await openGate(database.url);
  other = openStore(database.url, { max: 2 });
  await other`create table entries (entry text)`;
});
afterAll(async () => {
  gate?.shut(false);
  await other?.end();
  await database?.drop();
});
beforeEach(async () => {
  await other`truncate entries`;
  sql = openStore(database.url, { max: 1 });
});
afterEach(() => sql.end());

async function pidOf(db: Sql | Tx): Promise<number> {
  const [row] = await db<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return row!.pid;
}

/** Ends a connection from PostgreSQL's side, and waits until the client must have noticed. */
async function cut(pid: number): Promise<void> {
  await other`select pg_terminate_backend(${pid}, 5000)`;
  await pause(50);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function entries(): Promise<string[]> {
  const rows = await other<{ entry: string }[]>`select entry from entries order by entry`;
  return rows.map(({ entry }) => entry);
}

const lost = /CONNECTION_CLOSED|ECONNRESET|terminating connection/;

/** A transaction that sleeps. @param begun called with its connection's pid */
function sleepIn(pool: Sql, begun: (pid: number) => void): Promise<unknown> {
  return pool.begin(async (tx) => {
    const pid = await pidOf(tx);
    const sleeping = tx`select pg_sleep(30)`.execute();
    begun(pid);
    await sleeping;
  });
}

test("a transaction that loses its connection in a statement fails, and the pool goes on", async () => {
  const begun = Promise.withResolvers<number>();
  const failed = expect(sleepIn(sql, begun.resolve)).rejects.toThrow(lost);
  await cut(await begun.promise);
  await failed;
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
});

test.for([
  { how: "ended", reset: false },
  { how: "reset", reset: true },
])("over TCP too, where a connection is $how and not ended by PostgreSQL", async ({ reset }) => {
  const pool = openStore(gate.url, { max: 1 });
  const begun = Promise.withResolvers<number>();
  const failed = expect(sleepIn(pool, begun.resolve)).rejects.toThrow(lost);
  await begun.promise;
  gate.shut(reset);
  await failed;
  await gate.open();
  expect(await pool`select 1 as one`).toEqual([{ one: 1 }]);
  expect(await pool`select 2 as two`).toEqual([{ two: 2 }]);
  await pool.end();
});

test("a pool can be closed after its connection was lost, without having been used again", async () => {
  const pid = await pidOf(sql);
  const failed = expect(Promise.resolve(sql`select pg_sleep(30)`)).rejects.toThrow(lost);
  await cut(pid);
  await failed;
  await sql.end();
});

test("a pool that is being closed does not wait for a transaction whose connection was lost", async () => {
  const begun = Promise.withResolvers<number>();
  const failed = expect(sleepIn(sql, begun.resolve)).rejects.toThrow(lost);
  const pid = await begun.promise;
  const closing = sql.end();
  await cut(pid);
  await failed;
  await closing;
});

test("what a transaction says after its connection was lost is refused, and is not said on the next one", async () => {
  const said = Promise.withResolvers<unknown>();
  const failed = expect(
    sql.begin(async (tx) => {
      await tx`insert into entries values ('before')`;
      await cut(await pidOf(tx));
      // Somebody else has the same connection opened again.
      await sql`select 1`;
      said.resolve(await tx`insert into entries values ('after')`.catch((error) => error));
    }),
  ).rejects.toThrow(lost);
  expect(await said.promise).toMatchObject({ code: "CONNECTION_CLOSED" });
  await failed;
  expect(await entries()).toEqual([]);
});

test("a transaction that lost its connection does not roll back the next one", async () => {
  const over = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<number>();
  const failed = expect(
    sql.begin(async (tx) => {
      begun.resolve(await pidOf(tx));
      await over.promise;
      throw new Error("too late");
    }),
  ).rejects.toThrow(lost);
  await cut(await begun.promise);
  await failed;
  await sql.begin(async (tx) => {
    await tx`insert into entries values ('next')`;
    over.resolve();
    await pause(50);
    await tx`insert into entries values ('next, too')`;
  });
  expect(await entries()).toEqual(["next", "next, too"]);
});

test("rows that are read by a cursor do not end where its connection is lost", async () => {
  const pages = sql<{ n: number }[]>`select n from generate_series(1, 30) n`
    .cursor(10)
    [Symbol.asyncIterator]();
  expect((await pages.next()).value).toHaveLength(10);
  await other`
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`;
  await pause(50);
  await expect(Promise.resolve(pages.next())).rejects.toThrow(lost);
});

test("a server that was away is found again soon, however often it was asked for meanwhile", async () => {
  const pool = openStore(gate.url, { max: 2 });
  expect(await pool`select 1 as one`).toEqual([{ one: 1 }]);
  gate.shut(false);
  for (let n = 0; n < 9; n++) await expect(Promise.resolve(pool`select 1`)).rejects.toThrow();
  await gate.open();
  const asked = performance.now();
  expect(await pool`select 1 as one`).toEqual([{ one: 1 }]);
  expect(performance.now() - asked).toBeLessThan(5000);
  await pool.end();
});
