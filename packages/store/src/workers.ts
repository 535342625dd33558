import type { Db } from "./open.ts";

/** Says that a worker process is there. */
export async function reportWorker(sql: Db, id: string): Promise<void> {
  await sql`insert into workers (id) values (${id}) on conflict (id) do update set seen_at = now()`;
  await sql`delete from workers where seen_at < now() - interval '1 hour'`;
}

/** Takes a worker that leaves off the list. */
export async function removeWorker(sql: Db, id: string): Promise<void> {
  await sql`delete from workers where id = ${id}`;
}

/** How many workers were heard of within `seconds`. */
export async function liveWorkers(sql: Db, seconds: number): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*) as n from workers where seen_at > now() - ${seconds} * interval '1 second'`;
  return row!.n;
}
