import { openDeps, SuppressionKeyMissing } from "@roster/usecases/deps.ts";
import pino from "pino";
import { readConfig } from "./config.ts";
import { isLostConnection } from "./lost-connection.ts";
import { mailDomainsOf } from "./mail-domain-config.ts";
import { startWorker } from "./worker.ts";

const config = readConfig();
const log = pino({ level: config.LOG_LEVEL, base: { app: "worker" } });

const breakDown = (error: unknown): never => {
  if (error instanceof SuppressionKeyMissing) process.stderr.write(`${error.message}\n`);
  else log.fatal({ err: error }, "the worker cannot go on");
  process.exit(1);
};
// When the database goes away while the queue notes the end of a task, the queue rejects a promise that nobody can reach. Its
// task is delivered once more: by the lease, if it was not over, and to no effect, if it was.
process.on("unhandledRejection", (error) => {
  if (isLostConnection(error)) log.warn({ err: error }, "the queue could not note the end of a task");
  else breakDown(error);
});

try {
  const deps = await openDeps({
    databaseUrl: config.DATABASE_URL,
    dataDir: config.ROSTER_DATA_DIR,
    poolSize: config.WORKER_CONCURRENCY * 3 + config.WEBHOOKS_CONCURRENCY + 2,
    name: "roster worker",
  });
  const worker = await startWorker(deps, log, {
    databaseUrl: config.DATABASE_URL,
    concurrency: config.WORKER_CONCURRENCY,
    retention: {
      uploads: config.UPLOAD_KEEP_DAYS,
      reports: config.REPORT_KEEP_DAYS,
      undo: config.UNDO_KEEP_DAYS,
      eventMonths: config.EVENTS_KEEP_MONTHS,
      deliveries: config.WEBHOOKS_KEEP_DAYS,
    },
    settings: {
      sliceMs: config.JOB_SLICE_MS,
      leaseMs: config.JOB_LEASE_MS,
      mailDomains: mailDomainsOf(config),
    },
    webhooks:
      config.WEBHOOKS_SEND === "false"
        ? null
        : {
            concurrency: config.WEBHOOKS_CONCURRENCY,
            allowPrivate: config.WEBHOOKS_ALLOW_PRIVATE === "true",
            timeoutMs: config.WEBHOOKS_TIMEOUT_MS,
          },
  });
  log.info({ concurrency: config.WORKER_CONCURRENCY }, "worker ready");

  let leaving = false;
  const leave = async () => {
    if (leaving) return;
    leaving = true;
    await worker.stop();
    await deps.close();
    process.exit(0);
  };
  process.on("SIGTERM", leave);
  process.on("SIGINT", leave);
  // Started by a launcher: when its channel closes it is gone, and so are we.
  process.on("disconnect", leave);
  await worker.ended;
} catch (error) {
  breakDown(error);
}
