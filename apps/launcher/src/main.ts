/**
 * What `npm start` runs: the database, the API and the worker, until it is told to stop. `main.ts stop` stops the one
 * that runs on the same data directory.
 */

import { migrate } from "@roster/store/migrate.ts";
import { dataDirHolder, takeDataDir } from "@roster/store/server/data-dir.ts";
import { startEmbedded } from "@roster/store/server/embedded.ts";
import { checkExternalServer } from "@roster/store/server/external-server.ts";
import { StartRefused } from "@roster/store/server/start-refused.ts";
import { createFirstKey } from "@roster/usecases/accounts/keys.ts";
import { openDeps, SuppressionKeyMissing } from "@roster/usecases/deps.ts";
import { ChildFailed } from "./child.ts";
import { type Config, readConfig, WrongSetting } from "./config.ts";
import { type Database, launch, type Parts } from "./launch.ts";
import { PortRefused } from "./port.ts";
import { programs } from "./programs.ts";
import { stop } from "./stop.ts";
import { stopSignal } from "./stop-signal.ts";

const EXPECTED = [WrongSetting, StartRefused, PortRefused, ChildFailed, SuppressionKeyMissing];

const say = (line: string): void => console.log(line);

const parts: Parts = {
  takeDataDir,
  openDatabase,
  migrate,
  async createFirstKey(url, dataDir) {
    const deps = await openDeps({ databaseUrl: url, dataDir, poolSize: 1, name: "roster start" });
    try {
      return (await createFirstKey(deps))?.key ?? null;
    } finally {
      await deps.close();
    }
  },
  children: [programs.api, programs.worker],
};

async function openDatabase({ databaseUrl, dataDir }: Config, asked: AbortSignal): Promise<Database> {
  if (databaseUrl === null) return startEmbedded({ dataDir, log: say, signal: asked });
  await checkExternalServer(databaseUrl);
  return { url: databaseUrl, lost: new Promise(() => {}), stop: async () => {} };
}

try {
  const config = readConfig();
  if (process.argv[2] === "stop") {
    process.exitCode = await stop(config.dataDir, () => dataDirHolder(config.dataDir), say);
  } else {
    await launch(config, parts, stopSignal(config.underNpm), say);
    process.exit(0);
  }
} catch (error) {
  const expected = EXPECTED.some((kind) => error instanceof kind);
  console.error(expected ? (error as Error).message : error);
  process.exit(1);
}
