import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { processMark } from "./process-mark.ts";
import { StartRefused } from "./start-refused.ts";

/** A data directory held by this process. `release` gives it back; only the call that took it has an effect. */
export interface HeldDataDir {
  path: string;
  release(): void;
}

/**
 * Takes the data directory for this process, making it if needed: one process serves a directory at a time. `lock`
 * holds the pid and its start mark, so that a crashed holder, or a stranger with its number, does not count;
 * `pid` holds the number alone, for people and for `npm run stop`.
 *
 * @throws StartRefused when another live process holds it, or when it cannot be made.
 */
export function takeDataDir(dir: string): HeldDataDir {
  const path = makeDataDir(resolve(dir));
  const lock = join(path, "lock");
  const mine = JSON.stringify({ pid: process.pid, mark: processMark(process.pid) });
  const draft = `${lock}.${process.pid}`;
  for (;;) {
    const holder = dataDirHolder(path);
    if (holder === process.pid) return { path, release: () => {} };
    if (holder !== null) throw inUse(path, holder);
    setAsideStale(lock);
    writeFileSync(draft, mine, { mode: 0o600 });
    try {
      // A link appears whole or not at all, and never over a file that is there: of two takers one wins.
      linkSync(draft, lock);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }
  writeFileSync(join(path, "pid"), `${process.pid}\n`);
  return { path, release: () => release(path) };
}

/** The pid of the live process that holds a data directory, or null. */
export function dataDirHolder(dir: string): number | null {
  try {
    const { pid, mark } = JSON.parse(readFileSync(join(dir, "lock"), "utf8")) as {
      pid: number;
      mark: string;
    };
    return mark !== null && processMark(pid) === mark ? pid : null;
  } catch {
    return null;
  }
}

function makeDataDir(path: string): string {
  try {
    if (!existsSync(path)) {
      mkdirSync(path, { recursive: true });
      // Started by root, the database server runs as another user, who has to pass through but not to look around.
      chmodSync(path, process.getuid?.() === 0 ? 0o711 : 0o700);
    }
    return realpathSync(path);
  } catch (error) {
    const reason = (error as Error).message;
    throw new StartRefused(
      `The data directory ${path} cannot be made or read (${reason}). Set ROSTER_DATA_DIR to a directory that this user may write.`,
    );
  }
}

/** Removes the lock of a holder that is gone; a lock that another taker put there in the meantime goes back. */
function setAsideStale(lock: string): void {
  const aside = `${lock}.${process.pid}.old`;
  try {
    const stale = readFileSync(lock, "utf8");
    renameSync(lock, aside);
    if (readFileSync(aside, "utf8") !== stale) linkSync(aside, lock);
  } catch {
    // Nothing there, or another taker was faster: the next look at the holder decides.
  } finally {
    rmSync(aside, { force: true });
  }
}

function release(path: string): void {
  if (dataDirHolder(path) !== process.pid) return;
  rmSync(join(path, "pid"), { force: true });
  rmSync(join(path, "lock"), { force: true });
}

function inUse(path: string, pid: number): StartRefused {
  return new StartRefused(
    `The data directory ${path} is in use by another Roster, process ${pid}. Stop that one with \`npm run stop\`, or set ROSTER_DATA_DIR to another directory.`,
  );
}
