import { type ScoreFacts, tierOf } from "@roster/domain/scores/score.ts";
import type { Db, Tx } from "../open.ts";
import { arrayLiteral, numberArrayLiteral } from "../sql/array-literal.ts";
import { columnReader, type Packed, packedColumns, type Reader } from "../sql/packed-columns.ts";

/** Which contacts with engagement are read: those with these ids, or a stretch of all. */
export type ScoreRange = { ids: readonly string[] } | { afterId: string | null; limit: number };

const columns = {
  contactId: "uuid",
  version: "int4",
  sent: "int4",
  delivered: "int4",
  opened: "int4",
  clicked: "int4",
  lastOpenedAt: "time",
  lastClickedAt: "time",
  activity: "float8",
  activityAt: "time",
  score: "int2",
  scoreDue: "bool",
} as const;

/** Contacts with engagement in the order of their ids. */
export class ScorePage {
  readonly length: number;
  readonly #read: Reader<typeof columns>;

  constructor(packed: Packed<typeof columns>) {
    this.length = packed.n;
    this.#read = columnReader(packed, columns);
  }

  id(row: number): string {
    return this.#read.contactId(row);
  }

  facts(row: number): ScoreFacts {
    const read = this.#read;
    return {
      sent: read.sent(row),
      delivered: read.delivered(row),
      opened: read.opened(row),
      clicked: read.clicked(row),
      lastOpenedAt: read.lastOpenedAt(row),
      lastClickedAt: read.lastClickedAt(row),
      activity: read.activity(row),
      activityAt: read.activityAt(row),
    };
  }

  /** The version of the sums: with another one they are others. */
  version(row: number): number {
    return this.#read.version(row);
  }

  /** The score that is kept. */
  score(row: number): number {
    return this.#read.score(row);
  }

  /** Whether events came in since it was scored. */
  isDue(row: number): boolean {
    return this.#read.scoreDue(row);
  }
}

/** What the scores of contacts are made of. */
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
  const [row] = await sql<Packed<typeof columns>[]>`select ${packedColumns(sql, columns)} from (${rows}) e`;
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
