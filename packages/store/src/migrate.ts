import { join } from "node:path";
import { runMigrations } from "graphile-worker";
import { runner } from "node-pg-migrate";

/**
 * Brings a database to the present schema: ours from the SQL files, the queue's by its own migrations. Safe to call from
 * several processes at once (an advisory lock lets one of them work) and cheap when nothing is to be done.
 */
export async function migrate(url: string): Promise<void> {
  await runner({
    databaseUrl: url,
    dir: join(import.meta.dirname, "migrations"),
    direction: "up",
    migrationsTable: "migrations",
    advisoryLockMode: "wait",
    log: () => {},
  } as Parameters<typeof runner>[0]);
  await runMigrations({ connectionString: url });
}
