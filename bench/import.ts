import { statSync } from "node:fs";
import { join } from "node:path";
import { writeContactFile } from "./contact-file.ts";
import { copyInto, makeReferenceTable, writeCopyFile } from "./copy-reference.ts";
import { withoutStoredImages } from "./image-sink.ts";
import type { Client, ContactFile } from "./import-job.ts";
import { type ImportCost, measureImport } from "./measured-import.ts";
import { presentContacts } from "./present-contacts.ts";
import { peakMemory } from "./process-cost.ts";
import { type Findings, median, round2 } from "./table.ts";
import { emptyTables, settleContacts, touchedSince, transactionMark } from "./table-state.ts";
import type { Workbench } from "./workbench.ts";

/** The figures of one round: seconds of the two COPYs, and what each import cost. */
type Round = {
  copyReference: number;
  copyOwn: number;
  first: ImportCost;
  unchanged: ImportCost & { locked: number; rewritten: number };
  changed: ImportCost;
  changedWithoutImages: ImportCost;
};

/**
 * The import against COPY and against itself, on one database, alternating in rounds, medians. COPY reads the same rows
 * into the fixed reference table and into the product's own; the imports run from the first byte of the upload to the
 * finished job: of new contacts, of the same file again, and of a file in which every row changed.
 */
export async function benchImport(
  bench: Workbench,
  { rows, rounds }: { rows: number; rounds: number },
): Promise<Findings> {
  const { roster, sql, dir, say } = bench;
  const { key, tenantId } = await roster.newTenant("bench-import");
  const client = { url: roster.url, key };
  const file: ContactFile = { path: join(dir, "rows.csv"), format: "csv" };
  const changedFile: ContactFile = { path: join(dir, "changed.csv"), format: "csv" };
  const copyPath = join(dir, "rows.copy");
  say(`writing ${rows} rows`);
  await writeContactFile(file.path, "csv", { rows });
  await writeContactFile(changedFile.path, "csv", { rows }, { edition: 1 });
  await writeCopyFile(copyPath, rows, tenantId);
  await makeReferenceTable(sql);
  await emptyTables(sql);

  const done: Round[] = [];
  for (let n = 1; n <= rounds; n++) {
    const told = (what: string, seconds: number) =>
      say(`round ${n}: ${what} ${Math.round(rows / seconds)} rows/s`);
    const copyReference = await copyInto(sql, "bench_reference", copyPath);
    told("COPY into the reference table", copyReference);
    await emptyTables(sql);
    const copyOwn = await copyInto(sql, "contacts", copyPath);
    told("COPY into the product's table", copyOwn);
    await emptyTables(sql);

    const first = await measureImport(bench, client, file, { created: rows });
    told("import", first.seconds);
    await settleContacts(sql);
    const unchanged = await importUnchanged(bench, client, file, rows);
    told("re-import, nothing changed", unchanged.seconds);
    await settleContacts(sql);
    const changed = await measureImport(bench, client, changedFile, { updated: rows });
    told("re-import, every row changed", changed.seconds);

    await presentContacts(bench, client, file, rows);
    const changedWithoutImages = await withoutStoredImages(sql, () =>
      measureImport(bench, client, changedFile, { updated: rows }),
    );
    told("re-import, every row changed, before-images not stored", changedWithoutImages.seconds);
    await emptyTables(sql);
    done.push({ copyReference, copyOwn, first, unchanged, changed, changedWithoutImages });
  }
  return findings(rows, done, statSync(file.path).size, peakMemory(roster));
}

async function importUnchanged(bench: Workbench, client: Client, file: ContactFile, rows: number) {
  const mark = await transactionMark(bench.sql);
  const cost = await measureImport(bench, client, file, { unchanged: rows });
  return { ...cost, ...(await touchedSince(bench.sql, mark)) };
}

function findings(
  rows: number,
  done: readonly Round[],
  csvBytes: number,
  peak: { api: number; worker: number },
): Findings {
  const mid = (pick: (round: Round) => number) => median(done.map(pick));
  const reference = mid((round) => round.copyReference);
  const own = mid((round) => round.copyOwn);
  const first = mid((round) => round.first.seconds);
  const rate = (seconds: number) => Math.round(rows / seconds);
  const again = (pick: (round: Round) => ImportCost) => {
    const seconds = mid((round) => pick(round).seconds);
    return {
      rowsPerSecond: rate(seconds),
      ratioToImport: round2(first / seconds),
      walMegabytes: round2(mid((round) => pick(round).walBytes) / 1e6),
    };
  };
  const unchanged = {
    ...again((round) => round.unchanged),
    rowsLocked: mid((round) => round.unchanged.locked),
    rowsRewritten: mid((round) => round.unchanged.rewritten),
  };
  const changed = again((round) => round.changed);
  const changedWithoutImages = again((round) => round.changedWithoutImages);
  const json = {
    rows,
    csvMegabytes: Math.round(csvBytes / 1e6),
    copyReferenceRowsPerSecond: rate(reference),
    copyOwnRowsPerSecond: rate(own),
    importRowsPerSecond: rate(first),
    ratioToReference: round2(reference / first),
    ratioToOwn: round2(own / first),
    uploadSeconds: round2(mid((round) => round.first.uploadSeconds)),
    cpuSeconds: {
      api: round2(mid((round) => round.first.cpu.api)),
      worker: round2(mid((round) => round.first.cpu.worker)),
      postgres: round2(mid((round) => round.first.cpu.postgres)),
    },
    walMegabytes: round2(mid((round) => round.first.walBytes) / 1e6),
    unchanged,
    changed,
    changedWithoutImages,
    peakMemoryMegabytes: peak,
    rounds: done.length,
  };
  return {
    json,
    tables: [
      [
        ["what", "rows/s", "import ÷ it"],
        ["COPY into the reference table", json.copyReferenceRowsPerSecond, json.ratioToReference],
        ["COPY into the product's table", json.copyOwnRowsPerSecond, json.ratioToOwn],
        ["import, first byte to finished job", json.importRowsPerSecond, 1],
      ],
      [
        ["again", "rows/s", "it ÷ import", "WAL of the job, MB"],
        ["nothing changed", unchanged.rowsPerSecond, unchanged.ratioToImport, unchanged.walMegabytes],
        ["every row changed", changed.rowsPerSecond, changed.ratioToImport, changed.walMegabytes],
        [
          "the same, before-images not stored",
          changedWithoutImages.rowsPerSecond,
          changedWithoutImages.ratioToImport,
          changedWithoutImages.walMegabytes,
        ],
      ],
      [
        ["import of", rows, "rows"],
        ["upload", json.uploadSeconds, "s"],
        ["CPU of the API", json.cpuSeconds.api, "s"],
        ["CPU of the worker", json.cpuSeconds.worker, "s"],
        ["CPU of Postgres", json.cpuSeconds.postgres, "s"],
        ["WAL of the job", json.walMegabytes, "MB"],
        ["peak memory of the API", peak.api, "MB"],
        ["peak memory of the worker", peak.worker, "MB"],
        ["again, nothing changed: rows locked", unchanged.rowsLocked, ""],
        ["again, nothing changed: rows rewritten", unchanged.rowsRewritten, ""],
      ],
    ],
  };
}
