import { openStore } from "../open.ts";
import { StartRefused } from "./start-refused.ts";

const FLOOR = 15;
const CONNECT_MS = 8000;

/**
 * Looks whether the database that an operator named can be used: it answers within 8 s and is PostgreSQL 15 or newer.
 *
 * @param floor the oldest major version that will do.
 * @throws StartRefused naming host and database, never the password.
 */
export async function checkExternalServer(url: string, floor = FLOOR): Promise<void> {
  const { hostname, port, pathname, searchParams } = new URL(url);
  const where = `${searchParams.get("host") ?? hostname}${port ? `:${port}` : ""}${pathname}`;
  const sql = openStore(url, { max: 1, name: "roster start" });
  let timer: NodeJS.Timeout | undefined;
  try {
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${CONNECT_MS / 1000} s`)), CONNECT_MS);
    });
    const asking = sql<{ version: number }[]>`select current_setting('server_version_num')::int as version`;
    const [row] = await Promise.race([asking, silence]);
    const major = Math.floor((row?.version ?? 0) / 10_000);
    if (major < floor) {
      throw new StartRefused(
        `DATABASE_URL names PostgreSQL ${major} at ${where}, and Roster needs ${floor} or newer. Upgrade it, name another one, or leave DATABASE_URL out to use the PostgreSQL that comes with Roster.`,
      );
    }
  } catch (error) {
    if (error instanceof StartRefused) throw error;
    throw new StartRefused(
      `The database of DATABASE_URL cannot be reached at ${where}: ${reasonOf(error)}. Check that it runs and that the address, user and password are right.`,
    );
  } finally {
    clearTimeout(timer);
    await sql.end({ timeout: 0 }).catch(() => {});
  }
}

/** Node hides the reason of a refused connection to a name with several addresses in a list without a message. */
function reasonOf(error: unknown): string {
  const { message, code, errors } = error as { message?: string; code?: string; errors?: Error[] };
  return message || errors?.[0]?.message || code || "unknown reason";
}
