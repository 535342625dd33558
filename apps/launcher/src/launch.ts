import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ChildCommand, superviseChild } from "./child.ts";
import type { Config } from "./config.ts";
import { checkPort } from "./port.ts";
import { addressOf, waitUntilReady } from "./readiness.ts";

/** The database as the launcher sees it. */
export interface Database {
  url: string;
  /** Resolves when it died and cannot be brought back; never, where it is not ours. */
  lost: Promise<Error>;
  stop(fastMs: number): Promise<void>;
}

/** What the launcher puts together. `main.ts` gives the real ones. */
export interface Parts {
  takeDataDir(dir: string): { release(): void };
  /** @param asked ends a start that lasts. */
  openDatabase(config: Config, asked: AbortSignal): Promise<Database>;
  migrate(url: string): Promise<void>;
  /** The first key's text, when this database had none yet. */
  createFirstKey(url: string, dataDir: string): Promise<string | null>;
  children: ChildCommand[];
}

/** SIGTERM has to end everything within 10 s: the children take up to 6 s, the database what is left of it. */
const CHILD_GRACE_MS = 6000;
const DATABASE_GRACE_MS = 2500;

/**
 * Runs the whole system until `asked` aborts: takes the data directory, opens and migrates the database, starts the children
 * and waits until they work, then says the address. Whatever happens, everything that was started is stopped at the end,
 * in reverse order.
 *
 * Leaves in the data directory while it runs: `address`, and `database-url` (mode 600); for good: `first-key` (mode 600).
 *
 * @throws the refusals of its parts, each one line.
 */
export async function launch(
  config: Config,
  parts: Parts,
  asked: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const { dataDir } = config;
  const held = parts.takeDataDir(dataDir);
  const undo: (() => Promise<void> | void)[] = [() => held.release()];
  try {
    await checkPort(config);
    const database = await parts.openDatabase(config, asked);
    undo.push(() => database.stop(DATABASE_GRACE_MS));
    if (asked.aborted) return;
    // A migration may wait for another one's lock; a stop does not wait with it.
    await Promise.race([parts.migrate(database.url), untilAborted(asked)]);
    if (asked.aborted) return;
    const firstKey = await parts.createFirstKey(database.url, dataDir);
    const keyFile = join(dataDir, "first-key");
    if (firstKey !== null) writeFileSync(keyFile, `${firstKey}\n`, { mode: 0o600 });
    if (asked.aborted) return;

    const address = addressOf(config);
    undo.push(() => forget(dataDir));
    writeFileSync(join(dataDir, "address"), `${address}\n`);
    writeFileSync(join(dataDir, "database-url"), `${database.url}\n`, { mode: 0o600 });

    const children = parts.children.map((command) =>
      superviseChild(command, environment(config, database.url), say),
    );
    undo.push(async () => {
      await Promise.all(children.map((child) => child.stop(CHILD_GRACE_MS)));
    });
    const over = new AbortController();
    const broken = Promise.race([
      ...children.map((child) => child.failed),
      database.lost.then((error) => Promise.reject(error)),
    ]).finally(() => over.abort());
    broken.catch(() => {});

    await Promise.race([waitUntilReady(address, AbortSignal.any([asked, over.signal]), say), broken]);
    if (!asked.aborted) {
      say(`Roster is ready: ${address}`);
      if (firstKey !== null) say(`Your first API key, shown only now and kept in ${keyFile}: ${firstKey}`);
    }
    await Promise.race([untilAborted(asked), broken]);
  } catch (error) {
    // What breaks because it was told to stop half-way is no failure.
    if (!asked.aborted) throw error;
  } finally {
    if (asked.aborted) say(`Stopping (${asked.reason})`);
    for (const step of undo.reverse()) await step();
    if (asked.aborted) say("Stopped");
  }
}

function environment(config: Config, databaseUrl: string): Record<string, string | undefined> {
  return {
    ...config.env,
    DATABASE_URL: databaseUrl,
    PORT: String(config.port),
    HOST: config.host,
    LOG_LEVEL: config.logLevel,
    TRUST_PROXY: config.trustProxy,
    ROSTER_DATA_DIR: config.dataDir,
  };
}

function forget(dataDir: string): void {
  rmSync(join(dataDir, "address"), { force: true });
  rmSync(join(dataDir, "database-url"), { force: true });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
