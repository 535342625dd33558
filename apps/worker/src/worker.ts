import type { Deps } from "@roster/usecases/deps.ts";
import { leaveWork, reportAtWork } from "@roster/usecases/housekeeping.ts";
import { defaultJobSettings, type JobSettings } from "@roster/usecases/job-control.ts";
import { Logger, run } from "graphile-worker";
import type { Logger as Pino } from "pino";
import { crontab, type KeepDays, tasks } from "./tasks.ts";

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
    keepDays: KeepDays;
    settings?: Partial<JobSettings>;
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
    taskList: tasks(deps, leave.signal, settings, options.keepDays),
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
  return {
    ended: runner.promise,
    async stop() {
      clearInterval(timer);
      leave.abort();
      await runner.stop();
      await leaveWork(deps, id).catch(() => {});
    },
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
