import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { ROOT_BASE } from "./postgres-program.ts";
import { StartRefused } from "./start-refused.ts";
import { canReach, type SystemUser, serverUser } from "./system-user.ts";

/** Where the cluster is, and who runs it (null: whoever started us). */
export interface ClusterPlace {
  dir: string;
  user: SystemUser | null;
}

/**
 * The cluster is in `<data dir>/postgres`. Started by root under a directory that the server's user cannot pass (a
 * clone under /root), it is in a directory of its own under /var/lib/roster, which `<data dir>/postgres.path` names. Where
 * only the data directory itself is closed (made by mktemp, say), it is opened for passing, not for reading.
 *
 * @throws StartRefused when the cluster is there, but its owner cannot reach it any more, or when the named one is gone.
 */
export function placeCluster(dataDir: string, log: (line: string) => void): ClusterPlace {
  const moved = join(dataDir, "postgres.path");
  if (existsSync(moved)) return placeNamedIn(moved, log);

  const dir = join(dataDir, "postgres");
  const user = serverUser(dir);
  if (user === null || canReach(user, dataDir) || opened(dataDir, user)) return { dir, user };
  if (existsSync(dir)) {
    throw new StartRefused(
      `The database in ${dir} belongs to user ${user.uid}, who may not pass the directories above it. Run \`chmod o+x\` on them, or move the data directory to where everyone may pass.`,
    );
  }
  mkdirSync(ROOT_BASE, { recursive: true, mode: 0o755 });
  const own = mkdtempSync(join(ROOT_BASE, "data-"));
  chmodSync(own, 0o711);
  const elsewhere = join(own, "postgres");
  writeFileSync(moved, `${elsewhere}\n`);
  log(
    `The database server does not run as root and its user cannot reach ${dataDir}: the data is in ${elsewhere}`,
  );
  return { dir: elsewhere, user };
}

function opened(dataDir: string, user: SystemUser): boolean {
  const { uid, mode } = statSync(dataDir);
  if (uid !== 0 || !canReach(user, dirname(dataDir))) return false;
  chmodSync(dataDir, mode | 0o001);
  return canReach(user, dataDir);
}

function placeNamedIn(file: string, log: (line: string) => void): ClusterPlace {
  const dir = readFileSync(file, "utf8").trim();
  if (!existsSync(join(dir, ".."))) {
    throw new StartRefused(
      `${file} says that the database is in ${dir}, and nothing is there. Restore it, or delete ${file} to begin with an empty database.`,
    );
  }
  log(`The data is in ${dir}`);
  return { dir, user: serverUser(dir) };
}
