import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { openStore, type Sql } from "@roster/store/open.ts";
import { type Installation, startInstallation } from "./installation.ts";
import { cpuSecondsOfTree, peakMemory } from "./process-cost.ts";
import { copyColumns, writeRows } from "./rows.ts";
import { median, printTable } from "./table.ts";

const rounds = 3;

type ImportRound = {
  seconds: number;
  uploadSeconds: number;
  apiCpu: number;
  workerCpu: number;
  postgresCpu: number;
};

/**
 * The import against COPY, alternating three times on one database, medians. COPY reads the same rows into the fixed
 * reference table and into the product's own; the import runs from the first byte of the upload to the finished job.
 */
export async function benchImport(options: { rows: number; json: boolean }): Promise<void> {
  const { rows } = options;
  const files = mkdtempSync(join(tmpdir(), "roster-bench-rows-"));
  const csvPath = join(files, "rows.csv");
  const copyPath = join(files, "rows.copy");
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const roster = await startInstallation();
  const sql = openStore(roster.databaseUrl, { max: 2, name: "roster bench" });
  try {
    const { key, tenantId } = await roster.newTenant("bench");
    say(`writing ${rows} rows`);
    await writeRows(rows, csvPath, copyPath, tenantId);
    await sql.unsafe(readFileSync(join(import.meta.dirname, "reference.sql"), "utf8"));

    const reference: number[] = [];
    const own: number[] = [];
    const imports: ImportRound[] = [];
    for (let round = 1; round <= rounds; round++) {
      reference.push(await copyInto(sql, "bench_reference", copyPath));
      say(`round ${round}: COPY into the reference table ${Math.round(rows / reference.at(-1)!)} rows/s`);
      await settle(sql, ["bench_reference"]);
      own.push(await copyInto(sql, "contacts", copyPath));
      say(`round ${round}: COPY into the product's table ${Math.round(rows / own.at(-1)!)} rows/s`);
      await settle(sql, ["contacts"]);
      imports.push(await importOnce(roster, key, csvPath, rows));
      say(`round ${round}: import ${Math.round(rows / imports.at(-1)!.seconds)} rows/s`);
      await settle(sql, [
        "contacts",
        "contact_counts",
        "import_batches",
        "job_failures",
        "jobs",
        "uploads",
        "upload_chunks",
      ]);
    }

    const seconds = median(imports.map((round) => round.seconds));
    const result = {
      rows,
      csvMegabytes: Math.round(statSync(csvPath).size / 1e6),
      copyReferenceRowsPerSecond: Math.round(rows / median(reference)),
      copyOwnRowsPerSecond: Math.round(rows / median(own)),
      importRowsPerSecond: Math.round(rows / seconds),
      ratioToReference: round2(median(reference) / seconds),
      ratioToOwn: round2(median(own) / seconds),
      uploadSeconds: round2(median(imports.map((round) => round.uploadSeconds))),
      cpuSeconds: {
        api: round2(median(imports.map((round) => round.apiCpu))),
        worker: round2(median(imports.map((round) => round.workerCpu))),
        postgres: round2(median(imports.map((round) => round.postgresCpu))),
      },
      peakMemoryMegabytes: { api: peakMemory(roster.apiPid), worker: peakMemory(roster.workerPid) },
      rounds,
    };
    if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else printImport(result);
  } finally {
    await sql.end({ timeout: 5 });
    await roster.stop();
    rmSync(files, { recursive: true, force: true });
  }
}

/** Seconds that COPY takes for the file, in chunks of 256 kB. */
async function copyInto(sql: Sql, table: string, path: string): Promise<number> {
  const started = performance.now();
  const copy = await sql.unsafe(`copy ${table} (${copyColumns}) from stdin`).writable();
  await pipeline(createReadStream(path, { highWaterMark: 256 * 1024 }), copy);
  return (performance.now() - started) / 1000;
}

async function importOnce(
  roster: Installation,
  key: string,
  path: string,
  rows: number,
): Promise<ImportRound> {
  const headers = { authorization: `Bearer ${key}` };
  const cpu = () => ({
    api: cpuSecondsOfTree(roster.apiPid),
    worker: cpuSecondsOfTree(roster.workerPid),
    postgres: cpuSecondsOfTree(roster.postgresPid),
  });
  const before = cpu();
  const started = performance.now();
  const upload = await fetch(`${roster.url}/v1/contacts/imports`, {
    method: "POST",
    headers: { ...headers, "content-type": "text/csv" },
    body: createReadStream(path) as never,
    duplex: "half",
  } as RequestInit);
  const uploadSeconds = (performance.now() - started) / 1000;
  if (upload.status !== 202)
    throw new Error(`The upload was answered ${upload.status}: ${await upload.text()}`);
  const { jobId } = ((await upload.json()) as { data: { jobId: string } }).data;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const answer = await fetch(`${roster.url}/v1/jobs/${jobId}`, { headers });
    const { data } = (await answer.json()) as {
      data: { state: string; counters: { created: number }; error: unknown };
    };
    if (data.state === "failed") throw new Error(`The import failed: ${JSON.stringify(data.error)}`);
    if (data.state !== "completed") continue;
    if (data.counters.created !== rows)
      throw new Error(`${data.counters.created} of ${rows} rows were created.`);
    const seconds = (performance.now() - started) / 1000;
    const after = cpu();
    return {
      seconds,
      uploadSeconds,
      apiCpu: after.api - before.api,
      workerCpu: after.worker - before.worker,
      postgresCpu: after.postgres - before.postgres,
    };
  }
}

/** Each measurement begins with empty tables and nothing left to write. */
async function settle(sql: Sql, tables: string[]): Promise<void> {
  await sql`truncate ${sql(tables)}`;
  await sql`checkpoint`;
}

function printImport(result: {
  rows: number;
  copyReferenceRowsPerSecond: number;
  copyOwnRowsPerSecond: number;
  importRowsPerSecond: number;
  ratioToReference: number;
  ratioToOwn: number;
  uploadSeconds: number;
  cpuSeconds: { api: number; worker: number; postgres: number };
  peakMemoryMegabytes: { api: number; worker: number };
}): void {
  printTable([
    ["what", "rows/s", "import ÷ it"],
    ["COPY into the reference table", result.copyReferenceRowsPerSecond, result.ratioToReference],
    ["COPY into the product's table", result.copyOwnRowsPerSecond, result.ratioToOwn],
    ["import, first byte to finished job", result.importRowsPerSecond, 1],
  ]);
  printTable([
    ["import of", result.rows, "rows"],
    ["upload", result.uploadSeconds, "s"],
    ["CPU of the API", result.cpuSeconds.api, "s"],
    ["CPU of the worker", result.cpuSeconds.worker, "s"],
    ["CPU of Postgres", result.cpuSeconds.postgres, "s"],
    ["peak memory of the API", result.peakMemoryMegabytes.api, "MB"],
    ["peak memory of the worker", result.peakMemoryMegabytes.worker, "MB"],
  ]);
}

function round2(n: number): number {
  return Math.round(n * 100) / 100;
}
