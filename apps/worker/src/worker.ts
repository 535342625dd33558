import { setTimeout } from "node:timers/promises";
import type { Deps } from "@roster/usecases/deps.ts";
import { leaveWork, reportAtWork } from "@roster/usecases/housekeeping.ts";
import { defaultJobSettings, type JobSettings } from "@roster/usecases/job-control.ts";
import { rescoreDue } from "@roster/usecases/rescore.ts";
import { fillSearchIndexes, tenantsOfRunningJobs } from "@roster/usecases/search-index.ts";
import { Logger, run } from "graphile-worker";
import type { Logger as Pino } from "pino";
import { keepCovered } from "./coverage-loop.ts";
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
  const searchable = keepSearchable(deps, log, leave.signal);
  const scored = keepScored(deps, log, leave.signal);
  const covered = keepCovered(deps, log, leave.signal);
  const { databaseUrl, webhooks: sending } = options;
  const webhooks =
    sending && (await startWebhooks(deps, log, { ...sending, databaseUrl, queueLogger: queueLogger(log) }));
  return {
    ended: webhooks === null ? runner.promise : Promise.race([runner.promise, webhooks.ended]),
    async stop() {
      clearInterval(timer);
      leave.abort();
      await Promise.all([runner.stop(), webhooks?.stop()]);
      await searchable;
      await scored;
      await covered;
      await leaveWork(deps, id).catch(() => {});
    },
  };
}

/** A search reads what is not in the index yet one by one: behind an import that must not become much. */
const searchPauseMs = 1000;

/** Keeps the search indexes up with the jobs until the worker leaves; what single requests write, the crontab sees to. */
async function keepSearchable(deps: Deps, log: Pino, leave: AbortSignal): Promise<void> {
  let latest: readonly string[] = [];
  while (!leave.aborted) {
    try {
      const now = await tenantsOfRunningJobs(deps);
      // Once more those whose jobs have just ended.
      await fillSearchIndexes(deps, new Set([...latest, ...now]), leave);
      latest = now;
    } catch (error) {
      log.warn({ err: error }, "the search index could not be filled");
    }
    await setTimeout(searchPauseMs, undefined, { signal: leave }).catch(() => {});
  }
}

/** So soon after an event its contact's score is another one. */
const scorePauseMs = 1000;

/** Keeps the scores up with the events until the worker leaves. */
async function keepScored(deps: Deps, log: Pino, leave: AbortSignal): Promise<void> {
  while (!leave.aborted) {
    await rescoreDue(deps, leave).catch((error: unknown) =>
      log.warn({ err: error }, "scores could not be recomputed"),
    );
    await setTimeout(scorePauseMs, undefined, { signal: leave }).catch(() => {});
  }
}

/** The queue's own log lines are details; its errors are ours. */
function queueLogger(log: Pino): Logger {
  return new Logger(() => (level, message, meta) => {
    if (level === "error") log.error({ queue: meta?.error ?? undefined }, message);
    else if (level === "warning") log.warn(message);
    else log.debug(message);
  });
}
