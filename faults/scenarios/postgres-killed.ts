import { DisturbedImport } from "../disturbed-import.ts";
import { killPostgres } from "../installation.ts";
import type { Scenario } from "../scenario.ts";

/** kill -9 of PostgreSQL's postmaster: the launcher starts it again, the others come back by themselves. */
export const postgresKilled: Scenario = {
  name: "postgres-killed",
  what: "kill -9 of PostgreSQL's postmaster at 10 random moments of one import",
  async run(stage) {
    const { chance, installation } = stage;
    const moments = chance.points(stage.short ? 1 : 10, 0.05, stage.short ? 0.5 : 0.9);
    const survivors = [installation.api, installation.worker].map((child) => ({ child, pid: child.pid }));
    const run = await DisturbedImport.begin(stage, stage.files.long);
    let since = 0;
    for (const share of moments) {
      await run.reach(share, chance.below(150));
      await killPostgres(installation);
      since = performance.now();
      await run.takenUpAgain(await run.note(), since);
    }
    const verdict = await run.verdict(since);
    if (survivors.some(({ child, pid }) => child.pid !== pid))
      verdict.problems.push("the API or the worker did not survive it");
    return verdict;
  },
};
