import { CommanderError } from "commander";
import { CommandError } from "./command-error.ts";
import { readSettings } from "./config.ts";
import { serverUrl } from "./connection.ts";
import { rosterProgram } from "./program/roster.ts";
import { failureLine } from "./text/failure-line.ts";

/**
 * Runs the command that the process was called with; a failure becomes one line on stderr.
 * @returns the exit code: 0, 1 when something failed, 2 when it was called wrongly
 */
export async function runCommandLine(): Promise<0 | 1 | 2> {
  let exitCode: 0 | 1 = 0;
  try {
    const program = rosterProgram((code) => {
      exitCode = code;
    });
    await program.parseAsync();
    return exitCode;
  } catch (error) {
    // Commander has printed its help or its complaint by now.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`${failureLine(error, knownUrl())}\n`);
    return error instanceof CommandError ? error.exitCode : 1;
  }
}

function knownUrl(): string | null {
  try {
    return serverUrl(readSettings());
  } catch {
    return null;
  }
}
