import type { Job, RosterClient } from "@roster/client/client.ts";
import { onInterrupt } from "../interrupt.ts";
import { run } from "../invocation.ts";
import { jobSummary } from "../text/job-summary.ts";
import type { ProgressDisplay } from "../text/progress-display.ts";

/** Failed rows that the summary shows; the others are a command away. */
const shownFailures = 10;

export type EndFlags = { wait: boolean; json?: boolean };

/**
 * Shows a started job's progress until it has ended, and prints what came of it, a summary or one line of JSON; or prints
 * its id alone where nobody wants to wait.
 * @returns the exit code: 1 if the job did not come to its end, or a row of it failed
 */
export async function awaitEnd(
  client: RosterClient,
  jobId: string,
  display: ProgressDisplay,
  { wait, json }: EndFlags,
): Promise<0 | 1> {
  if (!wait) {
    display.close();
    process.stdout.write(json ? `${JSON.stringify({ jobId, state: "queued" })}\n` : `${jobId}\n`);
    return 0;
  }
  const job = await followed(client, jobId, display).finally(() => display.close());
  process.stdout.write(`${json ? JSON.stringify(job) : await summaryOf(client, job)}\n`);
  return job.state === "completed" && job.counters.failed === 0 ? 0 : 1;
}

/** A job as a text for people, with the first rows that failed. */
export async function summaryOf(client: RosterClient, job: Job): Promise<string> {
  const { failures } = await client.jobs.failures.query({ id: job.id, limit: shownFailures });
  return jobSummary(job, failures);
}

async function followed(client: RosterClient, jobId: string, display: ProgressDisplay): Promise<Job> {
  const forget = onInterrupt(() =>
    display.note(
      `The job goes on at the server, also without this window. To stop it:\n  ${run} jobs cancel ${jobId}\nPress Ctrl-C again to leave, or wait for the end here.`,
    ),
  );
  let last: Job | null = null;
  try {
    for await (const job of client.watchJob(jobId)) {
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
