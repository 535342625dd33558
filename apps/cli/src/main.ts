import { CommanderError } from "commander";
import { CommandError } from "./command-error.ts";
import { readSettings } from "./config.ts";
import { serverUrl } from "./connection.ts";
import { failureLine } from "./failure-line.ts";
import { rosterProgram } from "./program.ts";

// “roster … | head” closes our output: that is the reader's right, and no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

try {
  const program = rosterProgram((exitCode) => {
    process.exitCode = exitCode;
  });
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Says what went wrong, if nobody has said it yet. */
function exitCodeOf(error: unknown): number {
  // Commander has printed its help or its complaint by now.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  process.stderr.write(`${failureLine(error, knownUrl())}\n`);
  return error instanceof CommandError ? error.exitCode : 1;
}

function knownUrl(): string | null {
  try {
    return serverUrl(readSettings());
  } catch {
    return null;
  }
}
