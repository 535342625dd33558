import { join } from "node:path";
import type { Sql } from "@roster/store/open.ts";
import { writeContactFile } from "./contact-file.ts";
import { connections, type Load, load, startEmptyExpress, type Target } from "./http-load.ts";
import type { Client, ContactFile } from "./import-job.ts";
import { presentContacts } from "./present-contacts.ts";
import { benchRow } from "./rows.ts";
import { searched } from "./search-state.ts";
import { type Findings, median, percentile, round2 } from "./table.ts";
import { emptyTables } from "./table-state.ts";
import type { Workbench } from "./workbench.ts";

/** How often a single request is timed. */
const repeats = 25;
const pageSize = 100;

/** What is judged by the rate of an empty Express route in the same run, and the least share of it. */
type Rate = { what: string; target: Target; aim: number };

/**
 * What reading costs with many contacts in one tenant: under load, each beside an empty Express route and `select 1`, and
 * one request at a time, where the way to the answer could be long.
 */
export async function benchReads(
  bench: Workbench,
  { present, seconds, rounds, depth }: { present: number; seconds: number; rounds: number; depth: number },
): Promise<Findings> {
  const { roster, sql, dir, say } = bench;
  const { key, tenantId } = await roster.newTenant("bench-reads");
  const client: Client = { url: roster.url, key };
  const file: ContactFile = { path: join(dir, "reads.csv"), format: "csv" };
  say(`importing ${present} contacts`);
  await writeContactFile(file.path, "csv", { rows: present });
  await presentContacts(bench, client, file, present);
  await searched(sql, tenantId, present);

  const ask = asker(client);
  const ids = (await ask<{ data: { id: string }[] }>(`/v1/contacts?limit=1000`)).body.data.map(
    ({ id }) => id,
  );
  const rates = await rated(bench, ratesOf(client, ids, present), { seconds, rounds });
  say("one request at a time");
  const timed = async (path: string) => {
    const times: number[] = [];
    for (let n = 0; n < repeats; n++) times.push((await ask(path)).ms);
    return { median: round2(median(times)), worst: round2(Math.max(...times)) };
  };
  const list = (query: string) => timed(`/v1/contacts?${query}`);
  const first = await list(`limit=${pageSize}&cursor=${await cursorAt(ask, 1)}`);
  const pages = Math.min(depth, Math.floor(present / pageSize) - 1);
  const deep = await list(`limit=${pageSize}&cursor=${await cursorAt(ask, pages)}`);
  const offsets: [string, Awaited<ReturnType<typeof list>>][] = [];
  for (const share of [0.25, 0.5, 0.75, 1]) {
    const page = Math.max(1, Math.floor((present / pageSize) * share));
    offsets.push([
      `page ${page.toLocaleString("en")} of ${pageSize}`,
      await list(`limit=${pageSize}&page=${page}`),
    ]);
  }
  const { email } = benchRow(Math.floor(present / 2));
  const searches: [string, Awaited<ReturnType<typeof list>>][] = [];
  for (const [what, term] of [
    ["rare: one contact", email.slice(0, email.indexOf("@"))],
    ["rare: three digits", email.slice(0, 3)],
    ["common: nearly everybody", "example"],
    ["absent", "nobody-like-this"],
    ["absent: parts are common", "com.example"],
  ] as const) {
    searches.push([`${what} (${term})`, await list(`limit=${pageSize}&search=${term}`)]);
  }
  const totals = [
    ["total", await list("limit=1")],
    ["total of a status", await list("limit=1&status=unsubscribed")],
  ] as const;
  await emptyTables(sql);

  const rows = (figures: readonly (readonly [string, { median: number; worst: number }])[]) =>
    figures.map(([what, { median, worst }]) => [what, median, worst]);
  const named = (figures: readonly (readonly [string, { median: number; worst: number }])[]) =>
    figures.map(([what, figure]) => ({ what, ...figure }));
  return {
    json: {
      present,
      connections,
      rates,
      cursor: { first, deep, pages, deepToFirst: round2(deep.median / first.median) },
      offsets: named(offsets),
      searches: named(searches),
      totals: named(totals),
    },
    tables: [
      [
        [`${connections} connections`, "per second", "p50, ms", "p99, ms", "÷ empty route"],
        ...rates.map(({ what, perSecond, p50, p99, share }) => [what, perSecond, p50, p99, share]),
      ],
      [
        ["one request at a time", "median, ms", "worst, ms"],
        [`first page of ${pageSize} by cursor`, first.median, first.worst],
        [`page ${pages.toLocaleString("en")} by cursor`, deep.median, deep.worst],
        ...rows(offsets),
        ...rows(searches.map(([what, figure]) => [`search, ${what}`, figure])),
        ...rows(totals),
      ],
    ],
  };
}

/** The routes that are judged by their rate. */
function ratesOf({ url, key }: Client, ids: readonly string[], present: number): Rate[] {
  const headers = { authorization: `Bearer ${key}` };
  let n = 0;
  return [
    {
      what: `list of ${pageSize}`,
      target: { url: `${url}/v1/contacts?limit=${pageSize}`, headers },
      aim: 0.1,
    },
    {
      what: "contact by id",
      target: {
        url,
        headers,
        next: () => ({ method: "GET", path: `/v1/contacts/${ids[n++ % ids.length]}` }),
      },
      aim: 0.35,
    },
    {
      what: "upsert of one contact, half of them new",
      target: {
        url,
        headers: { ...headers, "content-type": "application/json" },
        next: () => {
          n++;
          // 7919 is a prime: the contacts that are changed lie all over the table.
          const { email, firstName, phone } = benchRow(n % 2 === 0 ? present + n : (n * 7919) % present, n);
          return { method: "PUT", path: "/v1/contacts", body: JSON.stringify({ email, firstName, phone }) };
        },
      },
      aim: 0.12,
    },
  ];
}

/** Each once a round, medians; the empty route and `select 1` stand in front. */
async function rated(
  { roster, say }: Workbench,
  wanted: readonly Rate[],
  { seconds, rounds }: { seconds: number; rounds: number },
): Promise<(Load & { what: string; share: number; aim: number })[]> {
  const empty = await startEmptyExpress();
  const measured = new Map<string, Load[]>();
  const note = (what: string, figures: Load) => {
    say(`${what}: ${figures.perSecond}/s`);
    measured.set(what, [...(measured.get(what) ?? []), figures]);
  };
  const bare = "empty Express route";
  const ping = "select 1 through the pool";
  for (let round = 1; round <= rounds; round++) {
    note(bare, await load({ url: empty.url }, seconds));
    note(ping, await selectOne(roster.deps.sql, seconds));
    for (const { what, target } of wanted) note(what, await load(target, seconds));
  }
  empty.stop();
  const middle = (what: string, figure: keyof Load) =>
    median(measured.get(what)!.map((load) => load[figure]));
  return [bare, ping, ...wanted.map(({ what }) => what)].map((what) => ({
    what,
    perSecond: middle(what, "perSecond"),
    p50: middle(what, "p50"),
    p99: middle(what, "p99"),
    share: round2(middle(what, "perSecond") / middle(bare, "perSecond")),
    aim: wanted.find((rate) => rate.what === what)?.aim ?? 0,
  }));
}

/** As many at the same time as there are connections to the API. */
async function selectOne(sql: Sql, seconds: number): Promise<Load> {
  const times: number[] = [];
  const started = performance.now();
  const until = started + seconds * 1000;
  const caller = async () => {
    for (let at = performance.now(); at < until; ) {
      await sql`select 1`;
      const now = performance.now();
      times.push(now - at);
      at = now;
    }
  };
  await Promise.all(Array.from({ length: connections }, caller));
  const took = (performance.now() - started) / 1000;
  return {
    perSecond: Math.round(times.length / took),
    p50: round2(median(times)),
    p99: round2(percentile(times, 0.99)),
  };
}

type Ask = <T>(path: string) => Promise<{ ms: number; body: T }>;

function asker({ url, key }: Client): Ask {
  return async <T>(path: string) => {
    const started = performance.now();
    const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } });
    const body = (await answer.json()) as T;
    const ms = performance.now() - started;
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(body)}`);
    return { ms, body };
  };
}

/** The cursor behind a number of pages. */
async function cursorAt(ask: Ask, pages: number): Promise<string> {
  let cursor: string | undefined;
  for (let page = 0; page < pages; page++) {
    const query: string = cursor === undefined ? "" : `&cursor=${cursor}`;
    cursor = (await ask<{ cursor: string }>(`/v1/contacts?limit=${pageSize}${query}`)).body.cursor;
  }
  return cursor!;
}
