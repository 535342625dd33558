import { spawn } from "node:child_process";
import { join } from "node:path";
import { ensureInstalled, pinnedNode, root } from "./install.mjs";
import { watchNpm } from "./npm-watch.mjs";

/** Node keeps what it makes of each source file, without which half of a start is spent on taking the types out again. */
const compiledBefore = { NODE_COMPILE_CACHE: join(root, "node_modules/.cache/node") };

/**
 * Installs if needed, then runs a TypeScript program of this repository on the pinned Node, with our own input and output.
 * Passes signals on, also the silent one: that npm has gone. Ends as the program ends, with its exit code.
 *
 * @param {string} file relative to the repository.
 * @param {string[]} args
 */
export async function runProgram(file, args = process.argv.slice(2)) {
  await runCommand(() => [pinnedNode, join(root, file), ...args]);
}

/**
 * The same for any command line.
 *
 * @param {() => string[]} commandLine asked after the installation.
 * @param {import("node:child_process").SpawnOptions} options
 */
export async function runCommand(commandLine, options = {}) {
  const installing = new AbortController();
  let child;
  let stopped;
  const stop = (signal) => {
    stopped ??= signal;
    installing.abort();
    child?.kill(signal);
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => stop(signal));
  watchNpm(() => stop("SIGTERM"));

  const code = await ensureInstalled(installing.signal);
  if (stopped) process.exit(1);
  if (code !== 0) process.exit(code);

  const [command, ...args] = commandLine();
  child = spawn(command, args, {
    stdio: "inherit",
    ...options,
    env: { ...compiledBefore, ...(options.env ?? process.env) },
  });
  child.once("error", (error) => {
    console.error(`${command} cannot be run: ${error.message}`);
    process.exit(1);
  });
  child.once("exit", (exitCode, signal) => {
    if (signal === null) process.exit(exitCode);
    for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.removeAllListeners(name);
    // Whoever waits for us sees the same end; a signal that cannot end us leaves a code.
    process.kill(process.pid, signal);
    process.exitCode = 1;
  });
}
