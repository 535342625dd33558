import { type Client, type ContactFile, completedJob, type JobSight, sendImport } from "./import-job.ts";
import { type CpuSeconds, cpuSeconds } from "./process-cost.ts";
import { walBytes } from "./table-state.ts";
import type { Workbench } from "./workbench.ts";

export type ImportCost = {
  /** From the first byte of the upload to the finished job. */
  seconds: number;
  uploadSeconds: number;
  cpu: CpuSeconds;
  /** Write-ahead log of the job alone: the upload's chunks are durable before it begins. */
  walBytes: number;
};

/**
 * Imports a file and says what it cost.
 * @param expected what must have become of its rows: a figure is worth nothing if the work was not done
 */
export async function measureImport(
  { roster, sql }: Workbench,
  client: Client,
  file: ContactFile,
  expected: Partial<JobSight["counters"]>,
): Promise<ImportCost> {
  const cpuBefore = cpuSeconds(roster);
  const started = performance.now();
  const jobId = await sendImport(client, file);
  const uploadSeconds = (performance.now() - started) / 1000;
  const walBefore = await walBytes(sql);
  const { counters } = await completedJob(client, jobId, 50);
  const seconds = (performance.now() - started) / 1000;
  const walAfter = await walBytes(sql);
  const cpuAfter = cpuSeconds(roster);
  for (const [name, n] of Object.entries(expected)) {
    const got = counters[name as keyof typeof counters];
    if (got !== n) throw new Error(`${got} of ${n} rows were ${name}: ${JSON.stringify(counters)}`);
  }
  return {
    seconds,
    uploadSeconds,
    cpu: {
      api: cpuAfter.api - cpuBefore.api,
      worker: cpuAfter.worker - cpuBefore.worker,
      postgres: cpuAfter.postgres - cpuBefore.postgres,
    },
    walBytes: walAfter - walBefore,
  };
}
