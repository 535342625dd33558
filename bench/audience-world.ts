import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { addToListCounts } from "@roster/store/lists/list-members.ts";
import type { Sql, Tx } from "@roster/store/open.ts";
import { createList } from "@roster/usecases/lists/lists.ts";
import { startRescore } from "@roster/usecases/scores/rescore.ts";
import { audienceRow } from "./audience-rows.ts";
import { type Client, type ContactFile, completedJob } from "./import-job.ts";
import { type ImportCost, measureImport } from "./measured-import.ts";
import { emptyTables, settleContacts } from "./table-state.ts";
import type { Workbench } from "./workbench.ts";

/** Rows per block of text. */
const blockRows = 5000;

/** Lists by how many of the contacts are on them. */
export type AudienceLists = { many: string; few: string; nobody: string };

/**
 * Makes an audience the only contacts: imported, seven in ten with events and scores, on lists, as they are some minutes later.
 * @returns what the import cost, and the ids of the lists
 */
export async function presentAudience(
  bench: Workbench,
  client: Client,
  scope: TenantScope,
  rows: number,
): Promise<{ imported: ImportCost; lists: AudienceLists }> {
  const { roster, sql, dir, say } = bench;
  const file: ContactFile = { path: join(dir, "audience.ndjson"), format: "ndjson" };
  say(`importing ${rows} contacts`);
  await writeAudience(file.path, rows);
  await emptyTables(sql);
  const imported = await measureImport(bench, client, file, { created: rows });
  say("events, scores and lists");
  await engage(sql, scope.tenantId);
  const lists = {
    many: await listed(bench, scope, ["Four in ten", sql`number % 10 < 4`]),
    few: await listed(bench, scope, ["A handful", sql`number % 40000 = 12`]),
    nobody: await listed(bench, scope, ["Nobody", sql`false`]),
  };
  await settleContacts(sql);
  const { jobId } = await startRescore(roster.deps, scope);
  await completedJob(client, jobId, 50);
  for (const table of ["engagement", "list_members"]) await sql`vacuum (analyze) ${sql(table)}`;
  await sql`checkpoint`;
  return { imported, lists };
}

async function writeAudience(path: string, rows: number): Promise<void> {
  function* blocks() {
    for (let from = 0; from < rows; from += blockRows) {
      let text = "";
      for (let n = from; n < Math.min(rows, from + blockRows); n++)
        text += `${JSON.stringify(audienceRow(n))}\n`;
      yield text;
    }
  }
  await pipeline(blocks, createWriteStream(path));
}

/**
 * Seven in ten get mail, for a year; three in four of them opened some. The rows lie in no order, as after campaigns to different
 * audiences.
 */
async function engage(sql: Sql, tenantId: string): Promise<void> {
  await sql`
    insert into engagement (tenant_id, contact_id, sent, delivered, opened, clicked, first_sent_at, last_sent_at,
      last_opened_at, last_clicked_at, activity, activity_at)
    select tenant_id, id, 40, 40, opened, opened / 5, now() - interval '1 year', now() - hash % 90 * interval '1 day',
      opened_at, case when opened >= 5 then opened_at end, opened / 4.0, opened_at
    from (
      select tenant_id, id, hash, case when hash % 4 = 0 then 0 else 1 + hash / 4 % 40 end as opened,
        case when hash % 4 > 0 then now() - hash % 8760 * interval '1 hour' end as opened_at
      from (
        select tenant_id, id, abs(hashint8(number)::int8) as hash from contacts where tenant_id = ${tenantId}
      ) c
      where hash % 10 < 7
    ) c order by hash`;
}

/** A list with these of the contacts on it. */
async function listed(
  { roster, sql }: Workbench,
  scope: TenantScope,
  [name, who]: readonly [name: string, who: ReturnType<Sql>],
): Promise<string> {
  const { id } = await createList(roster.deps, scope, { name });
  const { tenantId } = scope;
  const { count } = await sql`
    insert into list_members (tenant_id, list_id, contact_id)
    select tenant_id, ${id}, id from contacts where tenant_id = ${tenantId} and ${who} order by id`;
  await addToListCounts(sql as unknown as Tx, tenantId, new Map([[id, count]]));
  return id;
}
