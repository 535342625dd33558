import { type ScoreFacts, tierOf } from "@roster/domain/score.ts";
import { arrayLiteral, numberArrayLiteral } from "./array-literal.ts";
import { columnView, timeAt, uuidAt } from "./binary-columns.ts";
import type { Db, Tx } from "./open.ts";

/** Which contacts with engagement are read: those with these ids, or a stretch of all. */
export type ScoreRange = { ids: readonly string[] } | { afterId: string | null; limit: number };

/** Contacts with engagement in the order of their ids, as columns of what Postgres sends for each. */
export class ScorePage {
  readonly length: number;
  readonly #ids: Buffer;
  readonly #counts: Record<"version" | "sent" | "delivered" | "opened" | "clicked", DataView>;
  readonly #times: Record<"openedAt" | "clickedAt" | "activityAt", DataView>;
  readonly #activity: DataView;
  readonly #score: DataView;
  readonly #due: Uint8Array;

  constructor(row: PageRow) {
    this.length = row.n;
    this.#ids = Buffer.from(row.ids ?? []);
    const { version, sent, delivered, opened, clicked } = row;
    this.#counts = {
      version: columnView(version),
      sent: columnView(sent),
      delivered: columnView(delivered),
      opened: columnView(opened),
      clicked: columnView(clicked),
    };
    this.#times = {
      openedAt: columnView(row.openedAt),
      clickedAt: columnView(row.clickedAt),
      activityAt: columnView(row.activityAt),
    };
    this.#activity = columnView(row.activity);
    this.#score = columnView(row.score);
    this.#due = row.due ?? new Uint8Array();
  }

  id(row: number): string {
    return uuidAt(this.#ids, row);
  }

  facts(row: number): ScoreFacts {
    const { sent, delivered, opened, clicked } = this.#counts;
    return {
      sent: sent.getInt32(row * 4),
      delivered: delivered.getInt32(row * 4),
      opened: opened.getInt32(row * 4),
      clicked: clicked.getInt32(row * 4),
      lastOpenedAt: timeAt(this.#times.openedAt, row),
      lastClickedAt: timeAt(this.#times.clickedAt, row),
      activity: this.#activity.getFloat64(row * 8),
      activityAt: timeAt(this.#times.activityAt, row),
    };
  }

  /** The version of the sums: with another one they are others. */
  version(row: number): number {
    return this.#counts.version.getInt32(row * 4);
  }

  /** The score that is kept. */
  score(row: number): number {
    return this.#score.getInt16(row * 2);
  }

  /** Whether events came in since it was scored. */
  isDue(row: number): boolean {
    return this.#due[row] === 1;
  }
}

type Column = Uint8Array | null;
type PageRow = { n: number } & Record<
  | "ids"
  | "version"
  | "sent"
  | "delivered"
  | "opened"
  | "clicked"
  | "openedAt"
  | "clickedAt"
  | "activityAt"
  | "activity"
  | "score"
  | "due",
  Column
>;

/**
 * What the scores of contacts are made of. A column at a time in Postgres' own binary form: row by row, postgres.js would
 * spend more on it than all the rest of a rescore.
 */
export async function scorePage(sql: Db, tenantId: string, range: ScoreRange): Promise<ScorePage> {
  const rows =
    "ids" in range
      ? sql`
        select e.* from unnest(${arrayLiteral(range.ids)}::uuid[]) as k (id)
        join engagement e on e.tenant_id = ${tenantId} and e.contact_id = k.id`
      : sql`
        select * from engagement
        where tenant_id = ${tenantId} ${range.afterId === null ? sql`` : sql`and contact_id > ${range.afterId}`}
        order by contact_id limit ${range.limit}`;
  const [row] = await sql<PageRow[]>`
    select count(*)::int4 as n, string_agg(uuid_send(contact_id), '') as ids,
      string_agg(int4send(version), '') as version, string_agg(int4send(sent), '') as sent,
      string_agg(int4send(delivered), '') as delivered, string_agg(int4send(opened), '') as opened,
      string_agg(int4send(clicked), '') as clicked,
      string_agg(timestamptz_send(coalesce(last_opened_at, '-infinity')), '') as opened_at,
      string_agg(timestamptz_send(coalesce(last_clicked_at, '-infinity')), '') as clicked_at,
      string_agg(timestamptz_send(coalesce(activity_at, '-infinity')), '') as activity_at,
      string_agg(float8send(activity), '') as activity, string_agg(int2send(score), '') as score,
      string_agg(boolsend(score_due), '') as due
    from (${rows}) e`;
  return new ScorePage(row!);
}

/**
 * Contacts of any tenant whose scores are to be recomputed, at most so many, by tenant; until the transaction ends nobody
 * else gets them. Whoever is just being written is left for the next time: so nobody waits for anybody.
 */
export async function takeDueScores(tx: Tx, limit: number): Promise<Map<string, string[]>> {
  const rows = await tx<{ tenantId: string; ids: string[] }[]>`
    select tenant_id, array_agg(contact_id) as ids
    from (
      select tenant_id, contact_id from engagement where score_due limit ${limit} for no key update skip locked
    ) due
    group by tenant_id`;
  return new Map(rows.map(({ tenantId, ids }) => [tenantId, ids]));
}

/** The tier of each score, for SQL. */
export const tierLiteral = arrayLiteral(Array.from({ length: 101 }, (_, score) => tierOf(score)));

/** A score that was computed from sums of this version. */
export type ScoredContact = { id: string; version: number; score: number };

/**
 * Keeps scores, in the order of the ids. Whoever had an event since the sums were read stays as he is: he is due again.
 * @returns how many were kept
 */
export async function writeScores(
  tx: Tx,
  tenantId: string,
  scored: readonly ScoredContact[],
): Promise<number> {
  if (scored.length === 0) return 0;
  const sorted = scored.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const column = (pick: (contact: ScoredContact) => number) => numberArrayLiteral(sorted.map(pick));
  const written = await tx`
    update engagement e
    set score = u.score, tier = (${tierLiteral}::text[])[u.score + 1], scored_at = now(), score_due = false
    from unnest(
      ${`{${sorted.map(({ id }) => id).join(",")}}`}::uuid[], ${column(({ version }) => version)}::int4[],
      ${column(({ score }) => score)}::int2[]
    ) as u (id, version, score)
    where e.tenant_id = ${tenantId} and e.contact_id = u.id and e.version = u.version
      -- A join by hash reads this stretch alone, and not the whole tenant.
      and e.contact_id between ${sorted[0]!.id} and ${sorted.at(-1)!.id}`;
  return written.count;
}

/** How many contacts of a tenant have engagement. */
export async function countEngaged(sql: Db, tenantId: string): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*) as n from engagement where tenant_id = ${tenantId}`;
  return row!.n;
}

/** Tenants of whom any contact has engagement. */
export async function tenantsWithEngagement(sql: Db): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from tenants t where exists (select from engagement e where e.tenant_id = t.id)`;
  return rows.map(({ id }) => id);
}
