import { beforeAll, expect, test } from "vitest";
import { runScenarios } from "./run-scenarios.ts";
import { scenarios } from "./scenarios.ts";
import type { Line } from "./summary.ts";

/** What of the short form of `npm run faults` is about events, scores, searches, followers and erasures. */
const played = {
  "events-told":
    "every event counts once, however often and by whatever way it is told, and whatever is killed meanwhile",
  "scores-recomputed": "every score is the domain's, whenever the worker that computes it is killed",
  "searches-killed": "list health and duplicates are found as undisturbed, whenever the worker is killed",
  followers: "whoever is told of changes ends with the table, whatever fails on either side",
  "erasures-killed": "of who is erased no copy is left, whenever the worker is killed",
};
const only = process.env.FAULTS_ONLY;
const names = Object.keys(played).filter((name) => only === undefined || name === only);

let lines: readonly Line[];
beforeAll(async () => {
  const chosen = scenarios.filter(({ name }) => names.includes(name));
  const seed = Number(process.env.FAULTS_SEED ?? 1);
  lines = await runScenarios(chosen, { seed, short: true, verbose: false, say: () => {} });
}, 240_000);

test.each(names.map((name) => [played[name as keyof typeof played], name]))("%s", (_, name) => {
  const problems = lines.find((line) => line.name === name)?.verdict.problems;
  expect(problems, problems?.join("; ")).toEqual([]);
});
