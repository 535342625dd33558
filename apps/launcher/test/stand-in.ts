/**
 * The real launcher and the real database with small stand-ins for API and worker, so that a test can make them misbehave.
 * Arguments: the stand-in API's behaviour, and the worker's (see stand-in-child.ts).
 */
import { join } from "node:path";
import { openStore } from "@roster/store/open.ts";
import { dataDirHolder, takeDataDir } from "@roster/store/server/data-dir.ts";
import { startEmbedded } from "@roster/store/server/embedded.ts";
import { readConfig } from "../src/config.ts";
import { launch, type Parts } from "../src/launch.ts";
import { stop } from "../src/stop.ts";
import { stopSignal } from "../src/stop-signal.ts";

const [api = "serve", worker = "idle"] = process.argv.slice(2);
const child = join(import.meta.dirname, "stand-in-child.ts");

const parts: Parts = {
  takeDataDir,
  openDatabase: ({ dataDir }, signal) =>
    startEmbedded({ dataDir, log: console.log, signal, settings: { fsync: "off" } }),
  migrate: (url) => query(url, "create table if not exists first (key text)"),
  async createFirstKey(url) {
    const sql = openStore(url, { max: 1 });
    const known = await sql`select key from first`;
    if (known.length === 0) await sql`insert into first values ('sk_stand_in')`;
    await sql.end();
    return known.length === 0 ? "sk_stand_in" : null;
  },
  children: [
    { name: "API", args: [child, api] },
    { name: "worker", args: [child, worker] },
  ],
};

async function query(url: string, text: string): Promise<void> {
  const sql = openStore(url, { max: 1 });
  await sql.unsafe(text);
  await sql.end();
}

const config = readConfig();
try {
  if (api === "stop")
    process.exit(await stop(config.dataDir, () => dataDirHolder(config.dataDir), console.log));
  await launch(config, parts, stopSignal(config.underNpm), console.log);
  process.exit(0);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
