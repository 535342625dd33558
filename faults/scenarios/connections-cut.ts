import { DisturbedImport } from "../disturbed-import.ts";
import type { Scenario } from "../scenario.ts";
import { startDatabaseProxy } from "../tcp-proxy.ts";

/** All connections between worker and PostgreSQL are cut at once, while both live on. */
export const connectionsCut: Scenario = {
  name: "connections-cut",
  what: "all connections between the worker and PostgreSQL cut at 8 random moments of one import",
  async run(stage) {
    const { chance, installation } = stage;
    const moments = chance.points(stage.short ? 1 : 8, 0.05, stage.short ? 0.5 : 0.9);
    const proxy = await startDatabaseProxy(installation.databaseUrl);
    try {
      await installation.replaceWorker(proxy.url);
      const run = await DisturbedImport.begin(stage, stage.files.long);
      let since = 0;
      let connections = 0;
      let worker: number | undefined;
      for (const share of moments) {
        await run.reach(share, chance.below(150));
        worker ??= installation.worker.pid;
        connections += proxy.cut();
        since = performance.now();
        await run.takenUpAgain(await run.note(), since);
      }
      const verdict = await run.verdict(since, [`${connections} connections were cut`]);
      if (installation.worker.pid !== worker) verdict.problems.push("the worker did not survive it");
      return verdict;
    } finally {
      await installation.replaceWorker();
      await proxy.close();
    }
  },
};
