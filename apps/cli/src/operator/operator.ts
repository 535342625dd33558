// The one place in the command line that does not go through the HTTP client: accounts, plans and keys are the business of
// whoever runs the machine, and no HTTP key can exist before the first one.
import { Refused } from "@roster/domain/refusal.ts";
import { type Deps, openDeps, SuppressionKeyMissing } from "@roster/usecases/deps.ts";
import { CommandError } from "../command-error.ts";
import type { Settings } from "../config.ts";
import { databaseUrl } from "../connection.ts";

/**
 * Does something in the installation's own database.
 * @throws CommandError when the database is not known, not there, or not Roster's, or a use case refuses
 */
export async function asOperator<T>(settings: Settings, act: (deps: Deps) => Promise<T>): Promise<T> {
  const url = databaseUrl(settings);
  if (url === null) {
    throw new CommandError(
      `This is done in the database, and none runs from ${settings.dataDir}. Start the server there with “npm start”, or set DATABASE_URL.`,
    );
  }
  let deps: (Deps & { close(): Promise<void> }) | null = null;
  try {
    deps = await openDeps({ databaseUrl: url, dataDir: settings.dataDir, poolSize: 1, name: "roster cli" });
    return await act(deps);
  } catch (error) {
    throw operatorError(error);
  } finally {
    await deps?.close();
  }
}

function operatorError(error: unknown): unknown {
  if (error instanceof SuppressionKeyMissing || error instanceof Refused) {
    return new CommandError(error.message);
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : null;
  // undefined_table: an address of a database that is not ours, or that no server has prepared yet.
  if (code === "42P01") {
    return new CommandError(
      "The database has no Roster tables yet. Start the server on it once with “npm start”.",
    );
  }
  if (code !== null && /^(E[A-Z]+|CONNECT\w*|3D000|28\w{3}|57P03)$/.test(code)) {
    return new CommandError(
      `The database cannot be reached (${code}). Start the server with “npm start”, or correct DATABASE_URL.`,
    );
  }
  return error;
}
