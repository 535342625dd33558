import { createReadStream, createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Sql } from "@roster/store/open.ts";
import { benchRow } from "./rows.ts";

/** The columns of the COPY text, for the reference and for the product's own table alike. */
const copyColumns =
  "tenant_id, id, email, external_id, name, first_name, last_name, phone, locale, tags, attributes, status, consent, source, version, created_job";

export async function makeReferenceTable(sql: Sql): Promise<void> {
  await sql`drop table if exists bench_reference`;
  await sql.unsafe(readFileSync(join(import.meta.dirname, "reference.sql"), "utf8"));
}

/** The rows of `writeContactFile` as the text that COPY reads. */
export async function writeCopyFile(path: string, rows: number, tenantId: string): Promise<void> {
  function* lines() {
    let text = "";
    for (let n = 0; n < rows; n++) {
      const r = benchRow(n);
      const attributes = JSON.stringify({ company: r.company, plan: r.plan, country: r.country });
      text += `${tenantId}\t${r.id}\t${r.email}\t\\N\t\\N\t${r.firstName}\t${r.lastName}\t${r.phone}\t\\N\t{${r.tag}}\t${attributes}\tactive\t\\N\t\\N\t1\t\\N\n`;
      if (text.length < 1 << 20) continue;
      yield text;
      text = "";
    }
    yield text;
  }
  await pipeline(lines, createWriteStream(path));
}

/** Seconds that COPY takes for the file, in chunks of 256 kB. */
export async function copyInto(
  sql: Sql,
  table: "bench_reference" | "contacts",
  path: string,
): Promise<number> {
  const started = performance.now();
  const copy = await sql.unsafe(`copy ${table} (${copyColumns}) from stdin`).writable();
  await pipeline(createReadStream(path, { highWaterMark: 256 * 1024 }), copy);
  return (performance.now() - started) / 1000;
}
