import { startTestServer } from "@roster/store/server/test-server.ts";
import { Chance } from "./chance.ts";
import { contactFile } from "./contact-file.ts";
import { startInstallation, type Timing } from "./installation.ts";
import type { Scenario, Verdict } from "./scenario.ts";
import { buildScenery, stageOf } from "./stage.ts";
import type { Line } from "./summary.ts";

export type RunOptions = {
  seed: number;
  short: boolean;
  verbose: boolean;
  say: (line: string) => void;
};

/** As shipped, but for the short form: there a worker is given up for dead sooner, and slices end more often. */
const shortTiming: Timing = { leaseMs: 1500, sliceMs: 400, webhookTimeoutMs: 400 };
/** As shipped, but that a receiver that does not answer is not waited for as long. */
const fullTiming: Timing = { webhookTimeoutMs: 2000 };
/** As shipped: a test's server would leave fsync out. */
const asShipped = { fsync: "on", full_page_writes: "on" };

/** Plays scenarios on one installation of their own, in a temporary directory that is removed at the end. */
export async function runScenarios(scenarios: readonly Scenario[], options: RunOptions): Promise<Line[]> {
  const { seed, short, say } = options;
  const files = {
    long: contactFile("long", short ? 25_000 : 300_000, seed),
    small: contactFile("small", short ? 4000 : 20_000, seed),
  };
  const postgres = await startTestServer(short ? {} : asShipped);
  try {
    const installation = await startInstallation(postgres, {
      dataDir: postgres.dataDir,
      timing: short ? shortTiming : fullTiming,
      verbose: options.verbose,
    });
    try {
      const scenery = buildScenery(installation, files, { short, seed, say });
      const lines: Line[] = [];
      for (const scenario of scenarios) {
        const started = performance.now();
        say(`${scenario.name}: ${scenario.what}`);
        const verdict = await scenario
          .run(stageOf(scenery, new Chance(seed, scenario.name)))
          .catch((error: Error) => brokenOff(error));
        lines.push({ name: scenario.name, verdict, seconds: (performance.now() - started) / 1000 });
        for (const problem of verdict.problems) say(`${scenario.name}: ${problem}`);
      }
      return lines;
    } finally {
      await installation.stop();
    }
  } finally {
    await postgres.stop();
  }
}

/** A scenario that could not be played to its end does not take the findings of the others with it. */
function brokenOff({ message }: Error): Verdict {
  const problems = [`it broke off: ${message}`];
  return { faults: 0, landed: 0, slowestReturn: null, finishedAfter: null, problems, notes: [] };
}
