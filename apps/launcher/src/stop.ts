import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 50;
/** A stop takes at most 10 s; the rest is for a machine that is busy. */
const WAIT_MS = 20_000;

/**
 * Stops the launcher that holds a data directory, and waits until it has gone.
 *
 * @param holder the pid of the live process that holds it, or null.
 * @returns the exit code: 0 when nothing runs there any more.
 */
export async function stop(
  dataDir: string,
  holder: () => number | null,
  say: (line: string) => void,
): Promise<number> {
  const pid = holder();
  if (pid === null) {
    say(`No Roster is running on ${dataDir}`);
    return 0;
  }
  process.kill(pid, "SIGTERM");
  const until = Date.now() + WAIT_MS;
  while (isAlive(pid)) {
    if (Date.now() > until) {
      say(
        `Process ${pid}, the Roster on ${dataDir}, does not stop. Look at what it says, or end it with: kill -9 ${pid}`,
      );
      return 1;
    }
    await delay(POLL_MS);
  }
  say(`Stopped the Roster on ${dataDir} (process ${pid})`);
  return 0;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
