import { z } from "zod";
import { mailDomainSettings } from "./mail-domain-config.ts";

const Config = z.object({
  DATABASE_URL: z.string({ error: "must be the address of a PostgreSQL database, postgres://…" }).min(1),
  ROSTER_DATA_DIR: z.string().min(1).default(".roster"),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  /** Jobs that one worker process runs at a time. */
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(32).default(4),
  /** How long finished imports' files are kept, for a retry. */
  UPLOAD_KEEP_DAYS: z.coerce.number().int().min(0).max(3650).default(7),
  /** How long the rows that failed in a job can be read after its end. */
  REPORT_KEEP_DAYS: z.coerce.number().int().min(0).max(3650).default(7),
  /** How long after its end a job can be undone. */
  UNDO_KEEP_DAYS: z.coerce.number().int().min(0).max(3650).default(30),
  /** How many whole months events are kept; what they come to stays. Fewer than 4 would drop months that are still written. */
  EVENTS_KEEP_MONTHS: z.coerce.number().int().min(4).max(1200).default(24),
  /** Whether endpoints are sent to: not on a copy of an installation that was restored for a test. */
  WEBHOOKS_SEND: z.enum(["true", "false"], "must be true or false").default("true"),
  /** Whether endpoints may be on this machine and in private networks. */
  WEBHOOKS_ALLOW_PRIVATE: z.enum(["true", "false"], "must be true or false").default("false"),
  /** Endpoints that are sent to at a time. */
  WEBHOOKS_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(8),
  /** How long an endpoint may take to answer, in ms. */
  WEBHOOKS_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(15_000),
  /** How long requests to endpoints are in the log. */
  WEBHOOKS_KEEP_DAYS: z.coerce.number().int().min(1).max(3650).default(30),
  /** How long one slice of a job lasts, in ms. */
  JOB_SLICE_MS: z.coerce.number().int().min(1).max(600_000).default(3000),
  /** How long a worker may be silent before its jobs are given to others, in ms. The same for all workers of a database. */
  JOB_LEASE_MS: z.coerce.number().int().min(400).max(60_000).default(20_000),
  ...mailDomainSettings,
});
export type Config = z.infer<typeof Config>;

/** Reads the settings, or ends the process with one line that names the first bad one. */
export function readConfig(): Config {
  // Set to nothing is not set: it would be read as the number 0.
  const given = Object.entries(process.env).filter(([, value]) => value !== "");
  const config = Config.safeParse(Object.fromEntries(given));
  if (config.success) return config.data;
  const [issue] = config.error.issues;
  process.stderr.write(`The setting ${String(issue?.path[0])} is wrong: ${issue?.message}\n`);
  process.exit(1);
}
