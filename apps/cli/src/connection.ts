import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRosterClient, type RosterClient } from "@roster/client/client.ts";
import { CommandError } from "./command-error.ts";
import type { Settings } from "./config.ts";
import { run } from "./invocation.ts";

export type Connection = { client: RosterClient; url: string };

/**
 * A client for the server that the settings name, else for the one that runs from the data directory on this machine.
 * @throws CommandError when there is no address or no key
 */
export function connect(settings: Settings): Connection {
  const url = serverUrl(settings);
  const key = serverKey(settings);
  if (url === null) {
    throw new CommandError(
      `No server is running from ${settings.dataDir}. Start it with “npm start”, or set ROSTER_URL to the address of another one.`,
    );
  }
  if (key === null) {
    throw new CommandError(
      `There is no key for ${url}: set ROSTER_KEY, or make one with “${run} keys create --tenant default --scopes contacts”.`,
    );
  }
  return { client: createRosterClient({ url, key }), url };
}

/** The server's address: ROSTER_URL, else what the launcher wrote; null if there is neither. */
export function serverUrl(settings: Settings): string | null {
  return settings.url ?? lineOf(settings, "address");
}

/** The key: ROSTER_KEY, else the first key of the installation; null if there is neither. */
export function serverKey(settings: Settings): string | null {
  return settings.key ?? lineOf(settings, "first-key");
}

/** The database's address: DATABASE_URL, else that of the server running from the data directory. */
export function databaseUrl(settings: Settings): string | null {
  return settings.databaseUrl ?? lineOf(settings, "database-url");
}

function lineOf({ dataDir }: Settings, name: string): string | null {
  try {
    return readFileSync(join(dataDir, name), "utf8").trim() || null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new CommandError(
      `The file ${join(dataDir, name)} cannot be read (${code}). Run this as the user who runs the server.`,
    );
  }
}
