import { addUpCoverage } from "@roster/usecases/contacts/coverage.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { leaveWork, reportAtWork } from "@roster/usecases/housekeeping.ts";
import { defaultJobSettings, type JobSettings } from "@roster/usecases/jobs/job-control.ts";
import { rescoreDue } from "@roster/usecases/scores/rescore.ts";
import { fillSearchIndexes, tenantsOfRunningJobs } from "@roster/usecases/search/search-index.ts";
import { Logger, run } from "graphile-worker";
import type { Logger as Pino } from "pino";
import { keepDoing } from "./loop.ts";
import { crontab, type Retention, tasks } from "./tasks.ts";
import { startWebhooks, type WebhookOptions } from "./webhooks.ts";

export type Worker = {
  /** Finishes the batches in hand, keeps the checkpoints and leaves. */
  stop(): Promise<void>;
  /** Rejects when the queue breaks down for good. */
  ended: Promise<void>;
};

/** Starts to take jobs from the queue, and to look after the jobs of workers that died. */
export async function startWorker(
  deps: Deps,
  log: Pino,
  options: {
    databaseUrl: string;
    concurrency: number;
    retention: Retention;
    settings?: Partial<JobSettings>;
    /** Null: nothing is sent to endpoints. */
    webhooks: WebhookOptions | null;
  },
): Promise<Worker> {
  const leave = new AbortController();
  const id = deps.newId();
  const settings = { ...defaultJobSettings, ...options.settings };
  const runner = await run({
    connectionString: options.databaseUrl,
    concurrency: options.concurrency,
    maxPoolSize: options.concurrency + 2,
    // New jobs are announced; polling only finds those whose time has come.
    pollInterval: 2000,
    noHandleSignals: true,
    crontab,
    taskList: tasks(deps, leave.signal, settings, options.retention),
    logger: queueLogger(log),
  });
  const report = () =>
    reportAtWork(deps, id, settings.leaseMs).then(
      (requeued) => {
        if (requeued > 0) log.warn({ requeued }, "jobs of a silent worker were put back into the queue");
      },
      (error: unknown) => log.warn({ err: error }, "the worker could not report"),
    );
  await report();
  const timer = setInterval(report, settings.leaseMs / 4);
  const keep = (work: () => Promise<unknown>, failed: string) =>
    keepDoing(work, { log, leave: leave.signal, failed });
  // What the crontab sees to for all, seen to at once where somebody waits for it.
  const kept = [
    keep(keepSearchable(deps, leave.signal), "the search index could not be filled"),
    keep(() => rescoreDue(deps, leave.signal), "scores could not be recomputed"),
    keep(() => addUpCoverage(deps, leave.signal), "coverage could not be added up"),
  ];
  const { databaseUrl, webhooks: sending } = options;
  const webhooks =
    sending && (await startWebhooks(deps, log, { ...sending, databaseUrl, queueLogger: queueLogger(log) }));
  return {
    ended: webhooks === null ? runner.promise : Promise.race([runner.promise, webhooks.ended]),
    async stop() {
      clearInterval(timer);
      leave.abort();
      await Promise.all([runner.stop(), webhooks?.stop()]);
      await Promise.all(kept);
      await leaveWork(deps, id).catch(() => {});
    },
  };
}

/** Keeps the search indexes up with the jobs: a search reads what is not in its index one by one, which must not become much. */
function keepSearchable(deps: Deps, leave: AbortSignal): () => Promise<void> {
  let latest: readonly string[] = [];
  return async () => {
    const now = await tenantsOfRunningJobs(deps);
    // Once more those whose jobs have just ended.
    await fillSearchIndexes(deps, new Set([...latest, ...now]), leave);
    latest = now;
  };
}

/** The queue's own log lines are details; its errors are ours. */
function queueLogger(log: Pino): Logger {
  return new Logger(() => (level, message, meta) => {
    if (level === "error") log.error({ queue: meta?.error ?? undefined }, message);
    else if (level === "warning") log.warn(message);
    else log.debug(message);
  });
}
