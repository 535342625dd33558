import { expect, test } from "vitest";
import { runScenarios } from "./run-scenarios.ts";
import { scenarios } from "./scenarios.ts";

/** The short form of `npm run faults`; another seed by FAULTS_SEED. */
const seed = Number(process.env.FAULTS_SEED ?? 1);

test("an import ends with the same contacts and the same report, whatever is killed, stopped or cut while it runs", async () => {
  const lines = await runScenarios(scenarios, { seed, short: true, verbose: false, say: () => {} });
  const problems = lines.flatMap(({ name, verdict }) =>
    verdict.problems.map((problem) => `${name}: ${problem}`),
  );
  expect(problems).toEqual([]);
}, 240_000);
