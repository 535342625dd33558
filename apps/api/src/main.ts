import { openDeps, SuppressionKeyMissing } from "@roster/usecases/deps.ts";
import { pino } from "pino";
import { buildApp } from "./app.ts";
import { type Config, readConfig, SettingError } from "./config.ts";
import { loggerOptions } from "./request-log.ts";
import { serve } from "./server.ts";

/** Requests that run when the process is asked to stop get this long; the launcher kills it after 6 s. */
const graceMs = 4500;
/** Connections to the database: an upload or a page takes one for a moment, a subscription none of its own. */
const poolSize = 16;

try {
  await run(readConfig());
} catch (error) {
  process.stderr.write(`roster api: ${startProblem(error)}\n`);
  process.exit(1);
}

async function run(config: Config): Promise<void> {
  const logger = pino(loggerOptions(config.LOG_LEVEL));
  const deps = await openDeps({
    databaseUrl: config.DATABASE_URL,
    dataDir: config.ROSTER_DATA_DIR,
    poolSize,
    name: "roster api",
  });
  const stopping = new AbortController();
  const app = buildApp(deps, config, { logger, stopping: stopping.signal });
  const server = await serve(app, { host: config.HOST, port: config.PORT, logger });
  logger.info({ host: config.HOST, port: server.port }, "listening");

  const stop = async () => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    await server.close(graceMs);
    await deps.close();
    logger.info("stopped");
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // The launcher's channel closes when the launcher is gone, however it died.
  if (process.channel !== undefined) process.on("disconnect", stop);
}

/** What keeps the server from starting, as one line that an operator can act on. Never the address with its password. */
function startProblem(error: unknown): string {
  if (error instanceof SettingError || error instanceof SuppressionKeyMissing) return error.message;
  const { code, message, syscall } = error as NodeJS.ErrnoException;
  if (syscall === "listen" && code === "EADDRINUSE") {
    return "PORT: the port is in use. Stop the other program, or set PORT to a free one.";
  }
  if (syscall === "listen") return `HOST, PORT: this address cannot be listened on (${code}).`;
  if (code === "42P01") return "The database has no tables yet. Start it with npm start, which makes them.";
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "ENOENT" || code === "CONNECT_TIMEOUT") {
    return `DATABASE_URL: the database cannot be reached (${code}). Start it, or correct the address.`;
  }
  return code === undefined ? String((error as Error).stack ?? error) : `${message} (${code})`;
}
