import type { Client, ContactFile } from "./import-job.ts";
import { measureImport } from "./measured-import.ts";
import { emptyTables, settleContacts } from "./table-state.ts";
import type { Workbench } from "./workbench.ts";

/** Makes a file's contacts the only ones, as they are some minutes after their import. */
export async function presentContacts(
  bench: Workbench,
  client: Client,
  file: ContactFile,
  rows: number,
): Promise<void> {
  await emptyTables(bench.sql);
  await measureImport(bench, client, file, { created: rows });
  await settleContacts(bench.sql);
}
