import type { Db, Tx } from "../open.ts";

/** What a job keeps of what people wrote: a file's name, a filter, the header row, an error that names a cell. */
export type JobTexts = { options: unknown; shape: unknown; error: unknown };

/** Jobs in whose texts one of some parts of addresses stands. @param parts as `soughtParts` gives them */
export async function jobsWithTexts(
  sql: Db,
  tenantId: string,
  parts: readonly string[],
): Promise<(JobTexts & { id: string; ended: boolean; createdAt: Date })[]> {
  return sql`
    select id, options, shape, error, finished_at is not null as ended, created_at from jobs
    where tenant_id = ${tenantId} and exists (
      select from unnest(${parts as string[]}::text[]) part
      where strpos(lower(concat_ws(E'\n', options::text, shape::text, error::text)), part) > 0
    ) order by id`;
}

/** Overwrites the texts of a job that has ended. @returns whether it has */
export async function overwriteJobTexts(
  tx: Tx,
  tenantId: string,
  jobId: string,
  { options, shape, error }: JobTexts,
): Promise<boolean> {
  const json = (value: unknown) => (value === null ? null : tx.json(value as never));
  const written = await tx`
    update jobs set options = ${json(options)}, shape = ${json(shape)}, error = ${json(error)}
    where tenant_id = ${tenantId} and id = ${jobId} and finished_at is not null`;
  return written.count === 1;
}
