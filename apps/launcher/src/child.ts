import { type ChildProcess, spawn } from "node:child_process";

/** A process that belongs to the system. */
export interface ChildCommand {
  /** As the messages call it. */
  name: string;
  /** Arguments of Node: the file first. */
  args: string[];
}

/** A child that cannot be started: one line. */
export class ChildFailed extends Error {}

export interface SupervisedChild {
  /** The pid of the process that runs now, if one does. */
  readonly pid: number | undefined;
  /** Rejects with ChildFailed when the child died 5 times in a row before it had ever lived for 5 s. */
  failed: Promise<never>;
  /** SIGTERM, and SIGKILL after `graceMs`. Resolves when it is gone; it is not started again. */
  stop(graceMs: number): Promise<void>;
}

const TRIES = 5;
/** A child that lived this long had started. */
const STARTED_MS = 5000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Runs a child and starts it again whenever it ends, after a pause that doubles from 0.25 s to 10 s. The child gets an IPC
 * channel on which nothing is said: when it closes ("disconnect") the launcher is gone, also by kill -9, and the child leaves.
 *
 * @param say told in one line whenever the child ended.
 */
export function superviseChild(
  { name, args }: ChildCommand,
  env: Record<string, string | undefined>,
  say: (line: string) => void,
): SupervisedChild {
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let everStarted = false;
  let quickDeaths = 0;
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  // Nobody may be listening yet, or any more.
  failed.catch(() => {});

  const start = () => {
    const since = Date.now();
    const started = spawn(process.execPath, args, {
      env,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      // A group of its own: Ctrl+C in a terminal reaches the launcher alone, which stops everything in order.
      detached: process.platform !== "win32",
    });
    child = started;
    started.once("exit", (code, signal) => {
      child = undefined;
      if (!stopping) ended(Date.now() - since, signal ?? `code ${code}`);
    });
    started.once("error", (error) =>
      fail(new ChildFailed(`The ${name} cannot be started: ${error.message}`)),
    );
  };

  const ended = (livedMs: number, how: string) => {
    if (livedMs >= STARTED_MS) everStarted = true;
    quickDeaths = livedMs >= STARTED_MS ? 1 : quickDeaths + 1;
    if (quickDeaths >= TRIES && !everStarted) {
      fail(
        new ChildFailed(
          `The ${name} does not start: it ended ${TRIES} times in a row, the last time with ${how}. Its reason is in the lines above.`,
        ),
      );
      return;
    }
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (quickDeaths - 1), LONGEST_PAUSE_MS);
    say(`The ${name} ended unexpectedly (${how}): starting it again in ${pause / 1000} s`);
    timer = setTimeout(start, pause);
  };

  start();
  return {
    get pid() {
      return child?.pid;
    },
    failed,
    async stop(graceMs) {
      stopping = true;
      clearTimeout(timer);
      const running = child;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      const gone = new Promise((resolve) => running.once("exit", resolve));
      running.kill("SIGTERM");
      const killer = setTimeout(() => running.kill("SIGKILL"), graceMs);
      await gone;
      clearTimeout(killer);
    },
  };
}
