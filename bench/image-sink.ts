import type { Sql } from "@roster/store/open.ts";

/**
 * Runs `work` while before-images vanish instead of being stored. They are still made and sent: what is saved is their
 * rows, their index and their write-ahead log. The product itself always keeps them.
 */
export async function withoutStoredImages<T>(sql: Sql, work: () => Promise<T>): Promise<T> {
  await sql.unsafe(`
    create or replace function bench_drop_row() returns trigger language plpgsql as 'begin return null; end';
    create trigger bench_no_images before insert on contact_before for each row execute function bench_drop_row()`);
  try {
    return await work();
  } finally {
    await sql`drop trigger bench_no_images on contact_before`;
  }
}
