import { parseArgs } from "node:util";
import { commands } from "./commands.ts";
import { describeMachine, machineLine } from "./machine.ts";
import { printTable } from "./table.ts";
import { openWorkbench } from "./workbench.ts";

const usage = `Usage: npm run bench -- <what> [options] [--json]

${Object.entries(commands)
  .map(([name, { about, options }]) => {
    const numbers = Object.entries(options).map(([option, n]) => `--${option} ${n}`);
    return `  ${name.padEnd(9)}${about}\n${" ".repeat(11)}${numbers.join(" ")}`;
  })
  .join("\n")}

Runs an installation of its own in a temporary directory (TMPDIR) and removes it. Needs Linux. Nothing else should run
meanwhile. --json prints one line for programs.
`;

function refuse(problem: string): never {
  process.stderr.write(`${problem}\n\n${usage}`);
  process.exit(2);
}

function readArguments() {
  const numbers = new Set(Object.values(commands).flatMap(({ options }) => Object.keys(options)));
  try {
    return parseArgs({
      args: process.argv.slice(2),
      allowPositionals: true,
      options: {
        json: { type: "boolean" },
        help: { type: "boolean" },
        ...Object.fromEntries([...numbers].map((name) => [name, { type: "string" as const }])),
      },
    });
  } catch (error) {
    refuse((error as Error).message);
  }
}

const { values, positionals } = readArguments();
const { json = false, help = false, ...given } = values;
if (help) {
  process.stdout.write(usage);
  process.exit(0);
}
const name = positionals[0] ?? "";
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined || positionals.length > 1)
  refuse(`There is no benchmark “${positionals.join(" ")}”.`);
const options = { ...command.options };
for (const [option, text] of Object.entries(given)) {
  const n = Number(text);
  if (!(option in options)) refuse(`The benchmark ${name} has no --${option}.`);
  if (!Number.isInteger(n) || n < 1) refuse(`--${option} must be a whole number above 0.`);
  options[option] = n;
}

const bench = await openWorkbench();
const leave = async () => {
  await bench.close();
  process.exit(130);
};
process.once("SIGINT", leave);
process.once("SIGTERM", leave);
try {
  const machine = await describeMachine(bench.sql);
  const findings = await command.run(bench, options);
  if (json) {
    process.stdout.write(`${JSON.stringify({ benchmark: name, machine, ...findings.json })}\n`);
  } else {
    process.stdout.write(`${machineLine(machine)}\n\n`);
    for (const table of findings.tables) printTable(table);
  }
} finally {
  await bench.close();
}
