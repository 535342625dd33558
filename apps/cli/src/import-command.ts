import type { Job } from "@roster/client/client.ts";
import type { Settings } from "./config.ts";
import { connect } from "./connection.ts";
import { type ImportFlags, importOptions } from "./import-option.ts";
import { counted, openSource } from "./import-source.ts";
import { onInterrupt } from "./interrupt.ts";
import { jobSummary } from "./job-summary.ts";
import { progressDisplay, quietDisplay } from "./progress-display.ts";

export type ImportCommandFlags = ImportFlags & { json?: boolean; wait: boolean };

/** Failed rows that the summary shows; the others are a command away. */
const shownFailures = 10;

/**
 * Imports a file, or a pipe for `-`, and waits for the end unless told otherwise.
 * @returns the exit code: 0, or 1 if a row or the job as a whole failed
 */
export async function runImport(
  settings: Settings,
  file: string,
  { json, wait, ...flags }: ImportCommandFlags,
): Promise<0 | 1> {
  const source = await openSource(file, settings.workingDir);
  const options = importOptions(flags, source.name);
  const { client } = connect(settings);
  const display = json ? quietDisplay(process.stderr) : progressDisplay(process.stderr);

  const broken = new AbortController();
  const forget = onInterrupt(() => broken.abort());
  let jobId: string;
  try {
    const bytes = counted(source.bytes, (sent) => display.upload(sent, source.bytesTotal));
    ({ jobId } = await client.importFile(bytes, { ...options, signal: broken.signal }));
  } catch (error) {
    display.close();
    if (!broken.signal.aborted) throw error;
    display.note("Stopped while the file was being sent. Nothing was imported.");
    return 1;
  } finally {
    forget();
  }

  if (!wait) {
    display.close();
    process.stdout.write(json ? `${JSON.stringify({ jobId, state: "queued" })}\n` : `${jobId}\n`);
    return 0;
  }
  const job = await follow(client.watchJob(jobId), jobId, display).finally(() => display.close());
  if (json) {
    process.stdout.write(`${JSON.stringify(job)}\n`);
  } else {
    const { failures } =
      job.counters.failed > 0
        ? await client.jobs.failures.query({ id: jobId, limit: shownFailures })
        : { failures: [] };
    process.stdout.write(`${jobSummary(job, failures)}\n`);
  }
  return job.state === "completed" && job.counters.failed === 0 ? 0 : 1;
}

/** Shows the job's states until it has ended, and returns the last one. */
async function follow(
  states: AsyncIterable<Job>,
  jobId: string,
  display: ReturnType<typeof progressDisplay>,
): Promise<Job> {
  const forget = onInterrupt(() =>
    display.note(
      `The import goes on at the server, also without this window. To stop it:\n  npm run --silent roster -- jobs cancel ${jobId}\nPress Ctrl-C again to leave, or wait for the end here.`,
    ),
  );
  let last: Job | null = null;
  try {
    for await (const job of states) {
      last = job;
      display.job(job);
    }
  } finally {
    forget();
  }
  if (last === null)
    throw new Error(`The server said nothing about job ${jobId}. Ask again with “jobs show ${jobId}”.`);
  return last;
}
