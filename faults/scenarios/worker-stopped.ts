import { until } from "../clock.ts";
import { DisturbedImport } from "../disturbed-import.ts";
import { kill } from "../installation.ts";
import type { Scenario } from "../scenario.ts";

/**
 * A worker sleeps beyond its lease, another one takes over, and then the first one wakes up in the middle of its batch and
 * wants to go on.
 */
export const workerStopped: Scenario = {
  name: "worker-stopped",
  what: "a worker stopped by SIGSTOP beyond its lease, and continued after another one took over, 5 times",
  async run(stage) {
    const { chance, installation } = stage;
    const { sql } = installation.deps;
    const moments = chance.points(stage.short ? 1 : 5, 0.05, stage.short ? 0.4 : 0.8);
    const run = await DisturbedImport.begin(stage, stage.files.long);
    let since = 0;
    let inTransaction = 0;
    for (const share of moments) {
      await run.reach(share, chance.below(150));
      const sleeper = await until("the worker runs", async () => installation.worker.pid ?? null);
      kill(sleeper, "SIGSTOP");
      const before = await run.note();
      const [open] = await sql<{ n: number }[]>`
        select count(*) as n from pg_stat_activity
        where application_name = 'roster worker' and xact_start is not null`;
      if (open!.n > 0) inTransaction++;
      const second = installation.addWorker();
      try {
        since = performance.now();
        await run.takenUpAgain(before, since);
        await until("the second worker gets further", async () => {
          const { rowsDone, state } = await run.look();
          return rowsDone > before.rowsDone || state !== "running" ? true : null;
        });
        kill(sleeper, "SIGCONT");
        since = performance.now();
        // Long enough to write what it had in hand, if it were let.
        await run.reach(share, 1000);
      } finally {
        kill(sleeper, "SIGCONT");
        await second.stop(6000);
      }
    }
    return run.verdict(since, [
      `${inTransaction} of ${moments.length} times it fell asleep inside a transaction`,
    ]);
  },
};
