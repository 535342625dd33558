import type { DuplicateEvidence } from "@roster/domain/duplicates/duplicate-key.ts";
import type { Db, Tx } from "../open.ts";
import { BinaryRows, uuidField } from "../sql/binary-rows.ts";
import { copyIn } from "../sql/copy-in.ts";

/** A finished run. */
export type DuplicateRun = { id: string; finishedAt: Date; contacts: number; groups: number };

export type DuplicateKey = { contactId: string; evidence: DuplicateEvidence; key: string };

/** Where a walk over keys is: behind the one named. */
export type KeyPlace = { evidence: DuplicateEvidence; key: string };

/** Contacts that share a key. `ids` are the oldest of them, at most as many as were asked for. */
export type DuplicateGroup = KeyPlace & { size: number; ids: string[] };

/** The newest finished run; null before the first one. */
export async function latestDuplicateRun(sql: Db, tenantId: string): Promise<DuplicateRun | null> {
  const [run] = await sql<DuplicateRun[]>`
    select id, finished_at, contacts, groups from duplicate_runs
    where tenant_id = ${tenantId} and finished_at is not null order by id desc limit 1`;
  return run ?? null;
}

export async function beginDuplicateRun(sql: Db, tenantId: string, id: string): Promise<void> {
  await sql`
    insert into duplicate_runs (tenant_id, id) values (${tenantId}, ${id}) on conflict (tenant_id, id) do nothing`;
}

/** The next contacts in the order of their ids, without locks. */
export async function duplicateSubjects(
  sql: Db,
  tenantId: string,
  { afterId, upToId, limit }: { afterId: string | null; upToId: string; limit: number },
): Promise<{ id: string; email: string; phone: string | null }[]> {
  return sql<{ id: string; email: string; phone: string | null }[]>`
    select id, email, phone from contacts
    where tenant_id = ${tenantId} and id <= ${upToId} ${afterId === null ? sql`` : sql`and id > ${afterId}`}
    order by id limit ${limit}`;
}

export async function insertDuplicateKeys(
  tx: Tx,
  tenantId: string,
  runId: string,
  keys: readonly DuplicateKey[],
): Promise<void> {
  if (keys.length === 0) return;
  const copy = tx`copy duplicate_keys (tenant_id, run_id, evidence, key, contact_id) from stdin (format binary)`;
  await copyIn(copy, binaryKeys(tenantId, runId, keys));
}

function* binaryKeys(tenantId: string, runId: string, keys: readonly DuplicateKey[]): Generator<Buffer> {
  const rows = new BinaryRows(5);
  const tenant = uuidField(tenantId);
  const run = uuidField(runId);
  for (const { evidence, key, contactId } of keys) {
    rows.begin();
    rows.field(tenant);
    rows.field(run);
    rows.text(evidence);
    rows.text(key);
    rows.uuid(contactId);
    const chunk = rows.chunk();
    if (chunk !== null) yield chunk;
  }
  yield rows.end();
}

/** The key at which a walk over `limit` rows ends; null where there is none left. */
export async function keyPlaceBehind(
  sql: Db,
  tenantId: string,
  runId: string,
  place: KeyPlace | null,
  limit: number,
): Promise<KeyPlace | null> {
  const [last] = await sql<KeyPlace[]>`
    select evidence, key from (
      select evidence, key from duplicate_keys
      where tenant_id = ${tenantId} and run_id = ${runId} ${behind(sql, place)}
      order by evidence, key limit ${limit}
    ) page order by evidence desc, key desc limit 1`;
  return last ?? null;
}

/**
 * Removes the keys between two places that only one contact has. By the rows' places in the table: joined by their keys, 4,000
 * rows took 12 s, because nothing is known yet of a table that was just filled.
 */
export async function dropSingleKeys(
  tx: Tx,
  tenantId: string,
  runId: string,
  place: KeyPlace | null,
  until: KeyPlace | null,
): Promise<void> {
  await tx`
    with counted as (
      select count(*) as n, (array_agg(ctid))[1] as row from duplicate_keys
      where tenant_id = ${tenantId} and run_id = ${runId} ${behind(tx, place)}
        ${until === null ? tx`` : tx`and (evidence, key) <= (${until.evidence}, ${until.key})`}
      group by evidence, key
    )
    delete from duplicate_keys where ctid = any(array(select row from counted where n = 1))`;
}

const behind = (sql: Db, place: KeyPlace | null) =>
  place === null ? sql`` : sql`and (evidence, key) > (${place.evidence}, ${place.key})`;

/**
 * Ends a run: what contacts shared that were deleted meanwhile goes, the keys too that one contact alone has by now – such a key
 * may be the deleted one's address – and so does what former runs found.
 * @param contacts how many it looked at
 */
export async function finishDuplicateRun(
  tx: Tx,
  tenantId: string,
  id: string,
  contacts: number,
): Promise<void> {
  await tx`
    delete from duplicate_keys d where d.tenant_id = ${tenantId} and d.run_id = ${id}
      and not exists (select from contacts c where c.tenant_id = ${tenantId} and c.id = d.contact_id)`;
  await dropSingleKeys(tx, tenantId, id, null, null);
  await dropRuns(tx, tenantId, id);
  await tx`
    update duplicate_runs set finished_at = now(), contacts = ${contacts}, groups = (
      select count(distinct (evidence, key)) from duplicate_keys where tenant_id = ${tenantId} and run_id = ${id})
    where tenant_id = ${tenantId} and id = ${id}`;
}

/** Removes runs but for one. */
async function dropRuns(tx: Tx, tenantId: string, keptId: string): Promise<void> {
  await tx`
    delete from duplicate_keys d using duplicate_runs r
    where r.tenant_id = ${tenantId} and r.id <> ${keptId} and d.tenant_id = ${tenantId} and d.run_id = r.id`;
  await tx`delete from duplicate_runs where tenant_id = ${tenantId} and id <> ${keptId}`;
}

/** Removes a run that was stopped, with what it wrote, and with its job's checkpoint: a key in it may be an address. */
export async function dropDuplicateRun(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx`update jobs set checkpoint = null where tenant_id = ${tenantId} and id = ${id}`;
  await tx`delete from duplicate_keys where tenant_id = ${tenantId} and run_id = ${id}`;
  await tx`delete from duplicate_runs where tenant_id = ${tenantId} and id = ${id}`;
}

/** A page of a run's groups, by evidence and key; one more than `limit` where there are more. */
export async function duplicateGroups(
  sql: Db,
  tenantId: string,
  runId: string,
  query: { limit: number; shown: number; place: KeyPlace | null; evidence?: DuplicateEvidence | undefined },
): Promise<DuplicateGroup[]> {
  return sql<DuplicateGroup[]>`
    select evidence, key, count(*)::int as size, (array_agg(contact_id order by contact_id))[1:${query.shown}] as ids
    from duplicate_keys
    where tenant_id = ${tenantId} and run_id = ${runId} ${behind(sql, query.place)}
      ${query.evidence === undefined ? sql`` : sql`and evidence = ${query.evidence}`}
    group by evidence, key having count(*) > 1
    order by evidence, key limit ${query.limit + 1}`;
}

/**
 * Removes what contacts that are deleted shared with others, and of these whoever then shares it with nobody: a key may be the
 * deleted one's address.
 */
export async function dropDuplicateKeys(
  tx: Tx,
  tenantId: string,
  contactIds: readonly string[],
): Promise<void> {
  const gone = await tx<{ runId: string; evidence: string; key: string }[]>`
    delete from duplicate_keys d using unnest(${contactIds as string[]}::uuid[]) as k (id)
    where d.tenant_id = ${tenantId} and d.contact_id = k.id
    returning d.run_id, d.evidence, d.key`;
  if (gone.length === 0) return;
  await tx`
    delete from duplicate_keys where ctid = any(array(
      select s.row from (
        select distinct * from unnest(${gone.map(({ runId }) => runId)}::uuid[],
          ${gone.map(({ evidence }) => evidence)}::text[], ${gone.map(({ key }) => key)}::text[]) as k (run_id, evidence, key)
      ) k
      join duplicate_runs r on r.tenant_id = ${tenantId} and r.id = k.run_id and r.finished_at is not null
      cross join lateral (
        select count(*) as n, (array_agg(d.ctid))[1] as row from duplicate_keys d
        where d.tenant_id = ${tenantId} and d.run_id = k.run_id and d.evidence = k.evidence and d.key = k.key
      ) s
      where s.n = 1
    ))`;
}
