// Where the command line meets the database itself, for what the API is not asked to do.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { migrate } from "@roster/store/migrate.ts";
import { dataDirHolder } from "@roster/store/server/data-dir.ts";
import { startEmbedded } from "@roster/store/server/embedded.ts";
import { checkExternalServer } from "@roster/store/server/external-server.ts";
import { StartRefused } from "@roster/store/server/start-refused.ts";
import { CommandError } from "../command-error.ts";
import type { Settings } from "../config.ts";
import { databaseUrl } from "../connection.ts";

/** A database for the time of a command. */
export type OpenDatabase = { url: string; close(): Promise<void> };

/**
 * The installation's database as it is: that of DATABASE_URL, that of the server which runs here, or the one in the data
 * directory, which is started for the time of the command.
 * @throws CommandError when there is none
 */
export async function presentDatabase(
  settings: Settings,
  note: (line: string) => void,
): Promise<OpenDatabase> {
  const { dataDir } = settings;
  if (settings.databaseUrl !== undefined) return external(settings.databaseUrl);
  if (dataDirHolder(dataDir) !== null) {
    const url = databaseUrl(settings);
    if (url !== null) return { url, close: async () => {} };
    throw new CommandError(`The server on ${dataDir} is still starting. Try again in a moment.`);
  }
  if (!existsSync(join(dataDir, "postgres")) && !existsSync(join(dataDir, "postgres.path"))) {
    throw new CommandError(
      `There is no database in ${dataDir}. Set ROSTER_DATA_DIR to the server's data directory, or DATABASE_URL.`,
    );
  }
  return embedded(dataDir, note);
}

/**
 * A database with the tables of this release that no server works on: that of DATABASE_URL, or the one in the data directory,
 * which is made if it is not there.
 * @throws CommandError when a server runs on it, or it cannot be made
 */
export async function idleDatabase(settings: Settings, note: (line: string) => void): Promise<OpenDatabase> {
  const opened =
    settings.databaseUrl === undefined
      ? await embedded(settings.dataDir, note)
      : await external(settings.databaseUrl);
  try {
    await migrate(opened.url);
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function external(url: string): Promise<OpenDatabase> {
  await checkExternalServer(url).catch(asCommandError);
  return { url, close: async () => {} };
}

async function embedded(dataDir: string, note: (line: string) => void): Promise<OpenDatabase> {
  const server = await startEmbedded({ dataDir, log: note }).catch(asCommandError);
  return { url: server.url, close: () => server.stop() };
}

function asCommandError(error: unknown): never {
  throw error instanceof StartRefused ? new CommandError(error.message) : error;
}
