import { parseArgs } from "node:util";
import { mutants } from "./mutants.ts";
import { printMutants, runMutants } from "./mutate.ts";
import { runScenarios } from "./run-scenarios.ts";
import { scenarios } from "./scenarios.ts";
import { passed, printSummary } from "./summary.ts";

const usage = `Usage: npm run faults -- [--only NAME] [--short] [--seed N] [--json] [--verbose]
       npm run faults -- --mutate [--only NAME] [--json]

Brings about faults while imports and other jobs run, and compares what is left with what they come to undisturbed.
Runs an installation of its own in a temporary directory and removes it.

${scenarios.map(({ name, what }) => `  ${name.padEnd(20)} ${what}`).join("\n")}

  --only NAME   only this scenario, or mutant; may be given more than once
  --short       fewer faults, smaller files, shorter leases
  --seed N      the same files and the same schedule again
  --json        the summary as one line of JSON
  --verbose     also what the processes log
  --mutate      takes the safeguards out of a copy of the product, one after the other, and runs the test that must notice
`;

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    short: { type: "boolean", default: false },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e6)) },
    json: { type: "boolean", default: false },
    mutate: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const seed = Number(values.seed);
const known: readonly { name: string }[] = values.mutate ? mutants : scenarios;
const unknown = values.only.find((name) => !known.some((each) => each.name === name));
const isChosen = ({ name }: { name: string }) => values.only.length === 0 || values.only.includes(name);
if (values.help || !Number.isInteger(seed) || unknown !== undefined) {
  process.stderr.write(
    unknown === undefined
      ? usage
      : `There is no ${values.mutate ? "mutant" : "scenario"} ${unknown}.\n\n${usage}`,
  );
  process.exit(values.help ? 0 : 2);
}
// An interrupted run still ends its processes: they are killed when this one exits.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));

const say = (line: string) => process.stderr.write(`${line}\n`);
if (values.mutate) {
  const lines = await runMutants(mutants.filter(isChosen), say);
  if (values.json) process.stdout.write(`${JSON.stringify({ mutants: lines })}\n`);
  else printMutants(lines);
  process.exit(lines.every(({ red }) => red !== null) ? 0 : 1);
}

say(`seed ${seed}`);
const lines = await runScenarios(scenarios.filter(isChosen), {
  seed,
  short: values.short,
  verbose: values.verbose,
  say,
});
if (values.json) process.stdout.write(`${JSON.stringify({ seed, short: values.short, scenarios: lines })}\n`);
else printSummary(lines);
process.exitCode = lines.every(passed) ? 0 : 1;
