import { expect, test } from "vitest";
import { runScenarios } from "./run-scenarios.ts";
import { scenarios } from "./scenarios.ts";

/** A part of the short form of `npm run faults`, that ends within a minute; another seed by FAULTS_SEED. */
const played = [
  "worker-killed",
  "postgres-killed",
  "api-killed",
  "connections-cut",
  "worker-stopped",
  "delivered-twice",
  "disk-full",
];
const seed = Number(process.env.FAULTS_SEED ?? 1);

test("an import ends with the same contacts and the same report, whatever is killed or put to sleep while it runs", async () => {
  const chosen = scenarios.filter(({ name }) => played.includes(name));
  expect(chosen).toHaveLength(played.length);
  const lines = await runScenarios(chosen, { seed, short: true, verbose: false, say: () => {} });
  const problems = lines.flatMap(({ name, verdict }) =>
    verdict.problems.map((problem) => `${name}: ${problem}`),
  );
  expect(problems).toEqual([]);
}, 240_000);
