import { join } from "node:path";
import { writeContactFile } from "./contact-file.ts";
import {
  type Client,
  type ContactFile,
  cancelJob,
  completedJob,
  type JobSight,
  seeJob,
  sendImport,
} from "./import-job.ts";
import { type Findings, median, round2 } from "./table.ts";
import { emptyTables } from "./table-state.ts";
import type { Workbench } from "./workbench.ts";

/** Tenants that import large files: one of `rows`, the others a fifth of it each. */
const largeTenants = 8;
const smallRows = 1000;

/**
 * How long a small import takes, from the first byte of its upload to the finished job, while eight other tenants import
 * large files. As many times as `rounds` says, or until the first of the large ones has ended.
 */
export async function benchFair(
  bench: Workbench,
  { rows, rounds }: { rows: number; rounds: number },
): Promise<Findings> {
  const { roster, sql, dir, say } = bench;
  say(`writing ${rows} rows`);
  const file = (name: string): ContactFile => ({ path: join(dir, `fair-${name}.csv`), format: "csv" });
  await writeContactFile(file("largest").path, "csv", { rows });
  await writeContactFile(file("large").path, "csv", { rows: Math.ceil(rows / 5) });
  await writeContactFile(file("small").path, "csv", { rows: smallRows });
  await emptyTables(sql);

  const clientOf = async (slug: string): Promise<Client> => ({
    url: roster.url,
    key: (await roster.newTenant(`bench-fair-${slug}`)).key,
  });
  const large: { client: Client; jobId: string }[] = [];
  for (let n = 0; n < largeTenants; n++) {
    const client = await clientOf(`large-${n}`);
    large.push({ client, jobId: await sendImport(client, file(n === 0 ? "largest" : "large")) });
  }
  const progress = () => Promise.all(large.map(({ client, jobId }) => seeJob(client, jobId)));
  const before = await allBegun(progress);

  const seconds: number[] = [];
  let after = before;
  for (let round = 1; round <= rounds; round++) {
    const client = await clientOf(`small-${round}`);
    const started = performance.now();
    const job = await completedJob(client, await sendImport(client, file("small")), 50);
    const took = (performance.now() - started) / 1000;
    if (job.counters.created !== smallRows) throw new Error(`${job.counters.created} rows were created.`);
    const now = await progress();
    if (now[0]!.state !== "running" && now[0]!.state !== "queued") break;
    after = now;
    seconds.push(took);
    say(`small import ${round}: ${round2(took)} s`);
  }
  for (const { client, jobId } of large) await cancelJob(client, jobId);
  while ((await progress()).some(({ state }) => state === "running" || state === "queued"))
    await new Promise((resolve) => setTimeout(resolve, 100));
  await emptyTables(sql);
  if (seconds.length === 0)
    throw new Error("The largest import ended before a small one: give it more --rows.");
  const json = {
    rows,
    largeTenants,
    smallRows,
    smallImports: seconds.length,
    medianSeconds: round2(median(seconds)),
    worstSeconds: round2(Math.max(...seconds)),
    leastToMostProgress: leastToMost(before, after),
  };
  return {
    json,
    tables: [
      [
        [`${smallRows.toLocaleString("en")} rows while ${largeTenants} tenants import`, "s"],
        [`median of ${json.smallImports}`, json.medianSeconds],
        ["worst", json.worstSeconds],
        ["large imports meanwhile: slowest ÷ fastest", json.leastToMostProgress],
      ],
    ],
  };
}

/** Waits until every job has done some of its rows. */
async function allBegun(progress: () => Promise<JobSight[]>): Promise<JobSight[]> {
  for (;;) {
    const jobs = await progress();
    if (jobs.every(({ processed }) => processed > 0)) return jobs;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Of the jobs that were at work all the time: the rows of the one that got on least by those of the one that got on most. */
function leastToMost(before: readonly JobSight[], after: readonly JobSight[]): number {
  const rows = after.flatMap(({ state, processed }, i) =>
    state === "completed" ? [] : [processed - before[i]!.processed],
  );
  return round2(Math.min(...rows) / Math.max(1, ...rows));
}
