import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { StartRefused } from "./start-refused.ts";

/** The user that the database server runs as. */
export interface SystemUser {
  uid: number;
  gid: number;
}

const NAME = "postgres";

/** Each way to make a system user: the first is GNU's, the second is busybox's. */
const MAKERS: [string, string[]][] = [
  ["useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/bin/false", NAME]],
  ["adduser", ["-S", "-D", "-H", "-s", "/bin/false", NAME]],
];

/**
 * PostgreSQL refuses to run as root. Started by root it runs as the owner of the cluster that is there, else as the
 * system user `postgres`, who is made if needed; started by anyone else it runs as that person: null.
 *
 * @param clusterDir where the cluster is, or will be.
 * @throws StartRefused when root starts it and no such user can be made.
 */
export function serverUser(clusterDir: string): SystemUser | null {
  if (process.getuid?.() !== 0) return null;
  const owner = statSync(clusterDir, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return findUser() ?? makeUser();
}

/** Whether a user may pass through every directory down to `path`. The answer ignores access lists beyond the mode bits. */
export function canReach(user: SystemUser, path: string): boolean {
  const { uid, gid, mode } = statSync(path);
  const needed = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  if ((mode & needed) === 0) return false;
  return dirname(path) === path || canReach(user, dirname(path));
}

function findUser(): SystemUser | null {
  try {
    const ask = (flag: string) =>
      Number(execFileSync("id", [flag, NAME], { encoding: "utf8", stdio: "pipe" }));
    return { uid: ask("-u"), gid: ask("-g") };
  } catch {
    return null;
  }
}

function makeUser(): SystemUser {
  for (const [command, args] of MAKERS) {
    try {
      execFileSync(command, args, { stdio: "pipe" });
    } catch {
      continue;
    }
    const user = findUser();
    if (user) return user;
  }
  throw new StartRefused(
    `PostgreSQL does not run as root, and the system user "${NAME}" could not be made. Make it by hand, start as another user, or set DATABASE_URL to a PostgreSQL of your own.`,
  );
}
