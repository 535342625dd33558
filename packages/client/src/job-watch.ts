import type { AppRouter } from "@roster/api/trpc/router.ts";
import type { TRPCClient } from "@trpc/client";
import { isRosterError } from "./error.ts";
import type { Job } from "./job.ts";
import { pause } from "./pause.ts";

const ended: Record<Job["state"], boolean> = {
  queued: false,
  running: false,
  completed: true,
  failed: true,
  cancelled: true,
};

/** Before asking again a server that ended the stream too early: it is restarting. */
const againMs = 1000;
/** How often in a row a proxy may answer instead of the server, about a minute in all, before that is the answer. */
const patience = 60;

/**
 * The states of a job, until it has ended. A reader that is slower than the job sees the newest state, not each one in between.
 * @throws RosterError when the server refuses
 */
export async function* watchJob(
  trpc: TRPCClient<AppRouter>,
  jobId: string,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<Job, void> {
  for (let unanswered = 0; !signal.aborted; ) {
    try {
      for await (const job of statesOnce(trpc, jobId, signal)) {
        unanswered = 0;
        yield job;
        if (ended[job.state]) return;
      }
    } catch (error) {
      const refused = isRosterError(error) && error.data != null;
      if (refused || ++unanswered > patience) throw error;
    }
    // A server that stops ends its streams in good order, although the job goes on after its restart.
    await pause(againMs, signal);
  }
}

/** One subscription, from its first state to its end. */
async function* statesOnce(
  trpc: TRPCClient<AppRouter>,
  jobId: string,
  signal: AbortSignal,
): AsyncGenerator<Job, void> {
  let newest: Job | null = null;
  let over = false;
  let failure: unknown = null;
  let wake = Promise.withResolvers<void>();
  const end = () => {
    over = true;
    wake.resolve();
  };
  signal.addEventListener("abort", end, { once: true });
  // While it waits to connect anew, eventsource lets Node end the process, with its callers' awaits unsettled.
  const keepAlive = setInterval(() => {}, 60_000);
  const subscription = trpc.jobs.watch.subscribe(
    { id: jobId },
    {
      onData(job) {
        newest = job;
        wake.resolve();
      },
      onError(error) {
        failure = error;
        end();
      },
      onComplete: end,
    },
  );
  try {
    for (;;) {
      await wake.promise;
      wake = Promise.withResolvers<void>();
      // Taken before the end is looked at: the last state and the end may arrive together.
      const job: Job | null = newest;
      newest = null;
      if (job !== null && !signal.aborted) yield job;
      else if (failure !== null) throw failure;
      else if (over) return;
      if (over || newest !== null) wake.resolve();
    }
  } finally {
    clearInterval(keepAlive);
    signal.removeEventListener("abort", end);
    subscription.unsubscribe();
  }
}
