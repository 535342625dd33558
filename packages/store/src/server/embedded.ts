import { chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ensureCluster, NAME, secretFile, writeSettings } from "./cluster.ts";
import { type ClusterPlace, placeCluster } from "./cluster-place.ts";
import { takeDataDir } from "./data-dir.ts";
import { type EmbeddedServer, keepServer } from "./kept-server.ts";
import { findProgram, type PostgresProgram } from "./postgres-program.ts";
import { startPostmaster, stopPostmaster } from "./postmaster.ts";
import { livePostmaster, readPostmaster } from "./postmaster-file.ts";
import { StartRefused } from "./start-refused.ts";

export type { EmbeddedServer };

export interface EmbeddedOptions {
  /** Holds the cluster in `postgres/` and the server's log in `postgres.log`. Made if needed. */
  dataDir: string;
  /** Told in one line what takes long or is unusual. */
  log?: (line: string) => void;
  /** PostgreSQL settings over ours. */
  settings?: Record<string, string>;
  /** Ends the start: a crash recovery may last minutes. */
  signal?: AbortSignal;
}

const OVER_TCP = process.platform === "win32";
/** The data directories on which this very process runs a server. */
const running = new Set<string>();
const SOCKET_PREFIX = "roster-";
/** A unix socket's path has at most 107 bytes (103 on macOS), of which the directory's own name and the file take 30. */
const LONGEST_TMP = 70;

/**
 * Starts the PostgreSQL that comes with Roster, making its cluster the first time. It listens on a unix socket in a
 * private directory only (on Windows on 127.0.0.1 with a random password). A server that a killed launcher left behind is
 * stopped and started anew, so that nothing of the old one, no backend and no setting, lives on. A server that dies is
 * started again at the same address.
 *
 * @throws StartRefused when another live process holds the directory, when the cluster belongs to another major version,
 *   and with PostgreSQL's own reason when it does not start.
 */
export async function startEmbedded({
  dataDir,
  log = () => {},
  settings = {},
  signal,
}: EmbeddedOptions): Promise<EmbeddedServer> {
  const held = takeDataDir(dataDir);
  if (running.has(held.path))
    throw new StartRefused(`A PostgreSQL of this process is in use on ${held.path} already.`);
  running.add(held.path);
  const giveBack = () => {
    if (socketDir) rmSync(socketDir, { recursive: true, force: true });
    running.delete(held.path);
    held.release();
  };
  let socketDir: string | null = null;
  try {
    const place = placeCluster(held.path, log);
    const program = findProgram(place.user);
    await ensureCluster(place, program, { overTcp: OVER_TCP, sync: settings.fsync !== "off", signal });
    await stopOrphan(place, program, log);
    writeSettings(place, settings);

    socketDir = OVER_TCP ? null : makeSocketDir(place);
    const port = OVER_TCP ? await freePort() : 5432;
    const args = ["-p", String(port), "-h", OVER_TCP ? "127.0.0.1" : "", "-k", socketDir ?? ""];
    const logFile = join(held.path, "postgres.log");
    const start = (over: AbortSignal) => startPostmaster(place, program, logFile, args, log, over);
    return await keepServer(
      start,
      { place, program, url: urlOf(place, socketDir, port), log, signal },
      giveBack,
    );
  } catch (error) {
    giveBack();
    throw error;
  }
}

async function stopOrphan(
  place: ClusterPlace,
  program: PostgresProgram,
  log: (line: string) => void,
): Promise<void> {
  const file = readPostmaster(place.dir);
  if (!file) return;
  const pid = livePostmaster(place.dir);
  if (pid !== null) {
    log(`A PostgreSQL (process ${pid}) was left behind by a Roster that was killed: stopping it first`);
    await stopPostmaster(place.dir, pid, program);
  }
  if (basename(file.socketDir).startsWith(SOCKET_PREFIX))
    rmSync(file.socketDir, { recursive: true, force: true });
}

function makeSocketDir({ user }: ClusterPlace): string {
  const base = Buffer.byteLength(tmpdir()) > LONGEST_TMP ? "/tmp" : tmpdir();
  const dir = mkdtempSync(join(base, SOCKET_PREFIX));
  if (user) chownSync(dir, user.uid, user.gid);
  return dir;
}

function urlOf({ dir }: ClusterPlace, socketDir: string | null, port: number): string {
  if (socketDir !== null) return `postgres://${NAME}@localhost/${NAME}?host=${encodeURIComponent(socketDir)}`;
  return `postgres://${NAME}:${readFileSync(secretFile(dir), "utf8")}@127.0.0.1:${port}/${NAME}`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(address && typeof address === "object" ? address.port : 0));
    });
  });
}
