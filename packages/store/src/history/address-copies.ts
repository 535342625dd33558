import { erasedText } from "@roster/domain/history/address-finder.ts";
import type { ErasedThing } from "@roster/domain/history/erasure.ts";
import type { Db, Tx } from "../open.ts";

/**
 * A table that may hold an address in text that somebody sent or that was made of it. What belongs to a contact goes with the
 * contact (`deleteContacts`); here is what does not know whose it is.
 */
type CopyTable = {
  table: string;
  /** Its key behind the tenant, and the type of each column. */
  key: Readonly<Record<string, "uuid" | "int8" | "text">>;
  /** All its text, as SQL. */
  text: string;
  /** What becomes of a row: it goes, or a column of it is overwritten. */
  overwritten?: string;
};

const copyTables = {
  failedRows: {
    table: "job_failures",
    key: { job_id: "uuid", row: "int8" },
    text: "concat_ws(E'\\n', email, value, message, array_to_string(cells, E'\\n'), raw)",
  },
  answers: {
    table: "idempotency_keys",
    key: { key: "text" },
    text: "concat_ws(E'\\n', key, headers::text, convert_from(body, 'UTF8'))",
  },
  beforeImages: {
    table: "contact_before",
    key: { job_id: "uuid", contact_id: "uuid" },
    text: "before",
  },
  mergeImages: {
    table: "merged_contacts",
    key: { merge_id: "uuid", n: "int8" },
    text: "image::text",
  },
  dryRunRows: {
    table: "contact_overlay",
    key: { job_id: "uuid", contact_id: "uuid" },
    text: "concat_ws(E'\\n', email, contact::text)",
  },
  listedIds: {
    table: "job_contacts",
    key: { job_id: "uuid", n: "int8" },
    text: "given",
    overwritten: "given",
  },
} as const satisfies Partial<Record<ErasedThing, CopyTable>>;

export type CopyPlace = keyof typeof copyTables;
export const copyPlaces = Object.keys(copyTables) as CopyPlace[];

/** A row that may hold one of the addresses: whether it does, the domain says. */
export type Copy = { key: string[]; text: string };

/**
 * The rows of a table that may hold one of some addresses, a page at a time; whoever goes on begins behind the last key.
 * @param parts as `soughtParts` gives them
 */
export async function copyPage(
  sql: Db,
  tenantId: string,
  place: CopyPlace,
  { parts, behind, limit }: { parts: readonly string[]; behind: readonly string[] | null; limit: number },
): Promise<Copy[]> {
  const { table, key, text }: CopyTable = copyTables[place];
  const columns = Object.keys(key).join(", ");
  const beyond = behind === null ? "" : `and (${columns}) > (${placeholders(key, 3)})`;
  const page = `
    select ${columns}, text
    from (select ${columns}, ${text} as text from ${table} where tenant_id = $1 ${beyond}) rows
    where lower(text) like any ($2::text[]) or strpos(text, '\\u') > 0
    order by ${columns} limit ${limit}`;
  const rows = await sql.unsafe(page, [tenantId, likeAny(parts), ...(behind ?? [])] as never[]).values();
  return rows.map((row) => ({ key: row.slice(0, -1).map(String), text: String(row.at(-1)) }));
}

function placeholders(key: CopyTable["key"], first: number): string {
  return Object.values(key)
    .map((type, i) => `$${first + i}::${type}`)
    .join(", ");
}

/** Takes rows away, or the address out of them. @returns how many */
export async function removeCopies(
  tx: Tx,
  tenantId: string,
  place: CopyPlace,
  keys: readonly (readonly string[])[],
): Promise<void> {
  const { table, key, overwritten }: CopyTable = copyTables[place];
  const columns = Object.keys(key);
  const these = columns.map((column, i) => `t.${column} = k.k${i}`).join(" and ");
  const lists = Object.values(key).map((type, i) => `$${i + 2}::${type}[]`);
  const found = `unnest(${lists.join(", ")}) as k (${columns.map((_, i) => `k${i}`).join(", ")})`;
  const statement =
    overwritten === undefined
      ? `delete from ${table} t using ${found} where t.tenant_id = $1 and ${these}`
      : `update ${table} t set ${overwritten} = '${erasedText}' from ${found} where t.tenant_id = $1 and ${these}`;
  await tx.unsafe(statement, [tenantId, ...columns.map((_, i) => keys.map((each) => each[i]!))] as never[]);
}

/** More addresses than this are sought by their @ alone. */
const fewAddresses = 20;

/** What a text must hold to be worth a closer look, so that not every row leaves the database. */
export function soughtParts(emails: readonly string[]): string[] {
  const parts = emails.map((email) => email.slice(0, email.lastIndexOf("@") + 1));
  // Small letters of other alphabets are Postgres' and the locale's.
  const plain = parts.every((part) => /^[\0-\x7f]+$/.test(part));
  return plain && parts.length <= fewAddresses ? parts : ["@"];
}

function likeAny(parts: readonly string[]): string[] {
  return parts.map((part) => `%${part.replace(/[\\%_]/g, "\\$&")}%`);
}
