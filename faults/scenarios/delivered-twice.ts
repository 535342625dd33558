import { randomUUID } from "node:crypto";
import { DisturbedImport } from "../disturbed-import.ts";
import type { Scenario } from "../scenario.ts";

/** The queue delivers a job that is being worked on once more, under a key of its own, to a second worker. */
export const deliveredTwice: Scenario = {
  name: "delivered-twice",
  what: "the job delivered twice, to two workers at once, at 8 random moments of one import",
  async run(stage) {
    const { chance, installation } = stage;
    const moments = chance.points(stage.short ? 2 : 8, 0.05, stage.short ? 0.6 : 0.9);
    const second = installation.addWorker();
    try {
      const run = await DisturbedImport.begin(stage, stage.files.long);
      let since = 0;
      for (const share of moments) {
        await run.reach(share, chance.below(150));
        const before = await run.look();
        await installation.deps.sql`
          select graphile_worker.add_job('run-job', ${JSON.stringify(run.place)}::text::json, job_key => ${randomUUID()})`;
        since = performance.now();
        await run.note();
        await run.takenUpAgain(before, since);
      }
      return await run.verdict(since);
    } finally {
      await second.stop(6000);
    }
  },
};
