import { DisturbedImport } from "../disturbed-import.ts";
import { killAndAwaitNext } from "../installation.ts";
import type { Scenario } from "../scenario.ts";

/** kill -9 of the worker at random moments of one import. */
export const workerKilled: Scenario = {
  name: "worker-killed",
  what: "kill -9 of the worker at 30 random moments of one import",
  async run(stage) {
    const { chance, installation } = stage;
    const moments = chance.points(stage.short ? 2 : 30, 0.03, stage.short ? 0.6 : 0.93);
    const run = await DisturbedImport.begin(stage, stage.files.long);
    let since = 0;
    for (const share of moments) {
      await run.reach(share, chance.below(150));
      await killAndAwaitNext(installation.worker);
      since = performance.now();
      await run.takenUpAgain(await run.note(), since);
    }
    return run.verdict(since);
  },
};
