import { parseArgs } from "node:util";
import { type Command, commands } from "./commands.ts";

export const usage = `Usage: npm run bench -- <what> [options] [--json]

${Object.entries(commands)
  .map(([name, { about, options }]) => {
    const numbers = Object.entries(options).map(([option, n]) => `--${option} ${n}`);
    return `  ${name.padEnd(9)}${about}\n${" ".repeat(11)}${numbers.join(" ")}`;
  })
  .join("\n")}

Runs an installation of its own in a temporary directory (TMPDIR) and removes it. Needs Linux. Nothing else should run
meanwhile. --json prints one line for programs.
`;

/** Why a command line means nothing: one sentence. */
export class UsageError extends Error {}

export type Order =
  | { help: true }
  | { help: false; name: string; command: Command; options: Record<string, number>; json: boolean };

/**
 * What a command line asks for.
 * @throws UsageError
 */
export function readCommandLine(args: readonly string[]): Order {
  const { values, positionals } = parsed(args);
  const { json = false, help = false, ...given } = values;
  if (help === true) return { help };
  const name = positionals.join(" ");
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new UsageError(`There is no benchmark “${name}”.`);
  const options = { ...command.options };
  for (const [option, text] of Object.entries(given)) {
    const n = Number(text);
    if (!(option in options)) throw new UsageError(`The benchmark ${name} has no --${option}.`);
    if (!Number.isInteger(n) || n < 1) throw new UsageError(`--${option} must be a whole number above 0.`);
    options[option] = n;
  }
  return { help: false, name, command, options, json: json === true };
}

function parsed(args: readonly string[]) {
  const numbers = new Set(Object.values(commands).flatMap(({ options }) => Object.keys(options)));
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: "boolean" },
        help: { type: "boolean" },
        ...Object.fromEntries([...numbers].map((name) => [name, { type: "string" as const }])),
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
