import { z } from "zod";

/** Rises when an older Roster could not read what a newer one writes. */
export const backupFormat = 1;

/** The entries of a backup beside the tables' rows: the first two and the last. */
export const manifestName = "manifest.json";
export const manifestSumName = "manifest.json.sha256";
export const totalsName = "totals.json";

/** What stands in front of a backup: what it is and what it belongs to. */
export const BackupManifest = z.object({
  format: z.literal(backupFormat),
  /** The release that made it. */
  roster: z.string(),
  takenAt: z.iso.datetime(),
  migrations: z.array(z.string()),
  feedEpoch: z.int32(),
  /** As it stands in its file; null where none was needed yet. */
  suppressionKey: z.string().nullable(),
  /** The last number that each sequence gave out, null before the first. */
  sequences: z.record(z.string(), z.int().nullable()),
  /** In the order in which they can be filled, each with its columns and their types, and with its months if it has such. */
  tables: z.array(
    z.object({
      name: z.string(),
      columns: z.record(z.string(), z.string()),
      months: z.array(z.string().regex(/^\d{4}-\d\d$/)).optional(),
    }),
  ),
});
export type BackupManifest = z.infer<typeof BackupManifest>;

const TableTotals = z.object({ rows: z.int().min(0), bytes: z.int().min(0), sha256: z.string() });
/** What a table's rows amount to, over their uncompressed text. */
export type TableTotals = z.infer<typeof TableTotals>;

/** What stands at a backup's end, by table: a backup without it was cut. */
export const BackupTotals = z.object({ tables: z.record(z.string(), TableTotals) });
export type BackupTotals = z.infer<typeof BackupTotals>;

/** A part of a table's rows: 0 → `contacts/000000.copy`. Sorted by name they are in order. */
export function partName(table: string, part: number): string {
  return `${table}/${String(part).padStart(6, "0")}.copy`;
}

/**
 * Why a backup does not fit the tables that are there, or null if it does.
 * @param here what they are
 */
export function schemaDifference(
  backup: Pick<BackupManifest, "migrations" | "tables">,
  here: Pick<BackupManifest, "migrations" | "tables">,
): string | null {
  const migration =
    here.migrations.find((name) => !backup.migrations.includes(name)) ??
    backup.migrations.find((name) => !here.migrations.includes(name));
  if (migration !== undefined) return `the migration ${migration}`;
  const there = new Map(backup.tables.map(({ name, columns }) => [name, columns]));
  for (const { name, columns } of here.tables) {
    const others = there.get(name);
    if (others === undefined) return `the table ${name}`;
    const column = [...Object.keys(columns), ...Object.keys(others)].find(
      (key) => columns[key] !== others[key],
    );
    if (column !== undefined) return `the column ${name}.${column}`;
    there.delete(name);
  }
  const [extra] = there.keys();
  return extra === undefined ? null : `the table ${extra}`;
}
