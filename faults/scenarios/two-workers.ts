import { DisturbedImport } from "../disturbed-import.ts";
import { killAndAwaitNext } from "../installation.ts";
import type { Scenario } from "../scenario.ts";

/** Two workers share the queue, and now one, now the other is killed. */
export const twoWorkers: Scenario = {
  name: "two-workers",
  what: "two workers at once, one of them killed at 6 random moments of one import",
  async run(stage) {
    const { chance, installation } = stage;
    const moments = chance.points(stage.short ? 1 : 6, 0.05, stage.short ? 0.5 : 0.9);
    const second = installation.addWorker();
    try {
      const run = await DisturbedImport.begin(stage, stage.files.long);
      let since = performance.now();
      for (const share of moments) {
        await run.reach(share, chance.below(150));
        await killAndAwaitNext(chance.below(2) === 0 ? installation.worker : second);
        since = performance.now();
        await run.note();
      }
      return await run.verdict(since);
    } finally {
      await second.stop(6000);
    }
  },
};
