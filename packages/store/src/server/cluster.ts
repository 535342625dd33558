import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import type { ClusterPlace } from "./cluster-place.ts";
import type { PostgresProgram } from "./postgres-program.ts";
import { StartRefused } from "./start-refused.ts";

/** Name of the database, and of the role that owns it. */
export const NAME = "roster";

const MB = 1024 * 1024;
const SPAWN_ENV = { LC_ALL: "C", TZ: "UTC" };
const HBA_UNIX = "local all all trust\nlocal replication all trust\n";
const HBA_TCP = "host all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n";

/**
 * Makes the cluster if it is not there: UTF-8 with the built-in C.UTF-8 rules, so that lower() and ILIKE know letters
 * beyond ASCII while order and indexes do not depend on the machine's locale. Made beside its place and renamed, so that
 * a start that was killed half-way leaves nothing that looks like a cluster.
 *
 * @param options.sync whether everything is on disk when it is done: 1 s of its 1.5 s on a slow disk.
 * @throws StartRefused when the cluster belongs to another major version of PostgreSQL.
 */
export async function ensureCluster(
  { dir, user }: ClusterPlace,
  program: PostgresProgram,
  { overTcp, sync, signal }: { overTcp: boolean; sync: boolean; signal: AbortSignal | undefined },
): Promise<void> {
  if (existsSync(join(dir, "PG_VERSION"))) return checkVersion(dir, program.major);
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    throw new StartRefused(
      `${dir} is there but is no PostgreSQL data directory. Move it away to begin with an empty database, or restore its content.`,
    );
  }
  const draft = `${dir}.init`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  const secret = overTcp ? writeSecret(dir) : null;
  if (user) chownSync(draft, user.uid, user.gid);

  const options = { ...user, env: SPAWN_ENV, signal };
  const locale = ["--encoding=UTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const auth = secret ? ["--auth=scram-sha-256", `--pwfile=${secret}`] : ["--auth=trust"];
  await run(
    program.initdb,
    [
      "-D",
      draft,
      `--username=${NAME}`,
      "--no-instructions",
      ...locale,
      ...auth,
      ...(sync ? [] : ["--no-sync"]),
    ],
    "",
    options,
  );
  // Between initdb and the first start the only way in is the single-user mode; it saves a connection at every start.
  await run(program.postgres, ["--single", "-D", draft, "postgres"], `create database ${NAME}\n`, options);

  writeFileSync(join(draft, "pg_hba.conf"), overTcp ? HBA_TCP : HBA_UNIX);
  writeFileSync(
    join(draft, "postgresql.conf"),
    "include 'roster.conf' # rewritten at every start\n\n# Your own settings go below; they win.\n",
  );
  renameSync(draft, dir);
}

/** The settings for a machine with this much memory, overridden by `own`, in PostgreSQL's own syntax. */
export function writeSettings({ dir, user }: ClusterPlace, own: Record<string, string>): void {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  const share = (part: number, least: number, most: number) =>
    `${Math.round(Math.min(most * MB, Math.max(least * MB, memory / part)) / MB)}MB`;
  const settings: Record<string, string> = {
    max_connections: "60",
    // 256 MB on a machine of 8 GB: it shares the machine with two Node processes and whatever else is there.
    shared_buffers: share(32, 64, 512),
    maintenance_work_mem: share(32, 64, 512),
    effective_cache_size: share(2, 128, 65_536),
    work_mem: "16MB",
    max_wal_size: "4GB",
    min_wal_size: "256MB",
    checkpoint_timeout: "15min",
    fsync: "on",
    synchronous_commit: "on",
    random_page_cost: "1.1",
    jit: "off",
    timezone: "UTC",
    log_timezone: "UTC",
    lc_messages: "C",
    log_checkpoints: "off",
    ...own,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'`);
  const file = join(dir, "roster.conf");
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  if (user) chownSync(file, user.uid, user.gid);
}

/** The file beside the cluster that holds its password, where there are no unix sockets. Mode 600. */
export function secretFile(dir: string): string {
  return `${dir}.password`;
}

function writeSecret(dir: string): string {
  const file = secretFile(dir);
  writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
  return file;
}

function checkVersion(dir: string, major: number): void {
  const found = readFileSync(join(dir, "PG_VERSION"), "utf8").trim();
  if (found === String(major)) return;
  throw new StartRefused(
    `The database in ${dir} was made by PostgreSQL ${found}, and this Roster brings PostgreSQL ${major}, which cannot read it. Start the Roster release that made it and move the data with pg_dump, or move the directory away to begin with an empty database.`,
  );
}

function run(file: string, args: string[], input: string, options: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(file, args, { ...options, encoding: "utf8" }, (error, stdout, stderr) => {
      if (!error) return resolve();
      const said = `${stderr}${stdout}`.trim().split("\n").slice(-5).join(" ");
      reject(new StartRefused(`${file} could not make the database: ${said || error.message}`));
    });
    child.stdin?.end(input);
  });
}
