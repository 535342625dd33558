import { CommanderError } from "commander";
import { CommandError } from "./command-error.ts";
import { readSettings } from "./config.ts";
import { rosterProgram } from "./program/roster.ts";

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
    if (error instanceof CommandError) {
      process.stderr.write(`${error.message}\n`);
      return error.exitCode;
    }
    // Both know the client, which a command that was called wrongly has no use for.
    const { failureLine } = await import("./text/failure-line.ts");
    process.stderr.write(`${failureLine(error, await knownUrl())}\n`);
    return 1;
  }
}

async function knownUrl(): Promise<string | null> {
  const { serverUrl } = await import("./connection.ts");
  try {
    return serverUrl(readSettings());
  } catch {
    return null;
  }
}
