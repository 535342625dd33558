import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { CommandError } from "./command-error.ts";

const repository = resolve(import.meta.dirname, "../../..");

const Environment = z.object({
  ROSTER_URL: z
    .url({ protocol: /^https?$/, error: "must be an address such as http://127.0.0.1:4400" })
    .optional(),
  ROSTER_KEY: z.string().trim().min(1).optional(),
  ROSTER_DATA_DIR: z.string().default(join(repository, ".roster")),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "must begin with postgres://")
    .optional(),
  // npm runs a script in the directory of package.json; this is where the person was who called it.
  INIT_CWD: z.string().optional(),
});

/** What the command line can be told from outside. */
export type Settings = {
  url: string | undefined;
  key: string | undefined;
  databaseUrl: string | undefined;
  /** The server's data directory on this machine, absolute. */
  dataDir: string;
  /** What relative file names start from, absolute. */
  workingDir: string;
  /** The release that this is. */
  release: string;
};

/**
 * Reads the settings; a variable that is set to nothing counts as not set.
 * @throws CommandError (exit code 2) that names the first bad variable
 */
export function readSettings(
  env: Readonly<Record<string, string | undefined>> = process.env,
  cwd: string = process.cwd(),
): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const result = Environment.safeParse(given);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw new CommandError(`The variable ${issue.path.join(".")} is wrong: ${issue.message}.`, 2);
  }
  const { ROSTER_URL, ROSTER_KEY, ROSTER_DATA_DIR, DATABASE_URL, INIT_CWD } = result.data;
  return {
    url: ROSTER_URL,
    key: ROSTER_KEY,
    databaseUrl: DATABASE_URL,
    // The launcher reads it from the repository, so a relative one means the same directory here.
    dataDir: resolve(repository, ROSTER_DATA_DIR),
    workingDir: INIT_CWD ?? cwd,
    release: releaseHere(),
  };
}

function releaseHere(): string {
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
    version: string;
  };
  return version;
}
