import { Resolver } from "node:dns";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { z } from "zod";

/** A setting that cannot be used: one line that names the variable and says what is allowed. */
export class WrongSetting extends Error {}

const TRUST_WORDS = new Set(["loopback", "linklocal", "uniquelocal"]);
const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
const PORT_RULE = "must be a port number from 1 to 65535";

/** A whole number in its usual form. */
const whole = (least: number, most: number) => {
  const rule = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .refine((text) => /^\d{1,5}$/.test(text) && Number(text) >= least && Number(text) <= most, rule)
    .optional();
};

const YES_NO = z.enum(["true", "false"], { error: "must be true or false" }).optional();

const Settings = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, PORT_RULE)
    .transform(Number)
    .refine((port) => port >= 1 && port <= 65_535, PORT_RULE)
    .default(4400),
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/, "must be an address or a host name of this machine, such as 127.0.0.1 or 0.0.0.0")
    .default("127.0.0.1"),
  ROSTER_DATA_DIR: z.string().default(".roster"),
  DATABASE_URL: z
    .string()
    .refine(isPostgresUrl, "must be an address such as postgres://user:password@host:5432/database")
    .optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(", ")}` }).default("info"),
  TRUST_PROXY: z
    .string()
    .refine(isTrustProxy, "must be true, false, a number of proxies, or a list of their addresses")
    .default("false"),
  // The worker's own. It reads them itself; a wrong one is told here, before anything is started.
  WORKER_CONCURRENCY: whole(1, 32),
  UPLOAD_KEEP_DAYS: whole(0, 3650),
  REPORT_KEEP_DAYS: whole(0, 3650),
  UNDO_KEEP_DAYS: whole(0, 3650),
  EVENTS_KEEP_MONTHS: whole(4, 1200),
  HEALTH_DNS: z.enum(["on", "off"], { error: "must be on or off" }).optional(),
  HEALTH_DNS_SERVERS: z
    .string()
    .refine(areResolvers, "must be addresses, divided by commas, such as 9.9.9.9 or 127.0.0.1:5353")
    .optional(),
  HEALTH_DNS_TIMEOUT_MS: whole(50, 60_000),
  WEBHOOKS_SEND: YES_NO,
  WEBHOOKS_ALLOW_PRIVATE: YES_NO,
  WEBHOOKS_CONCURRENCY: whole(1, 64),
  WEBHOOKS_TIMEOUT_MS: whole(100, 60_000),
  WEBHOOKS_KEEP_DAYS: whole(1, 3650),
});

/** What the launcher can be told from outside; the children get it under the same names. */
export interface Config {
  port: number;
  host: string;
  /** Absolute. */
  dataDir: string;
  /** Null: the PostgreSQL that comes with Roster. */
  databaseUrl: string | null;
  logLevel: string;
  trustProxy: string;
  /** npm started this: it dies at a signal without passing it on, so the launcher has to look whether it still lives. */
  underNpm: boolean;
  /** The whole environment, which the children get as well. */
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads the settings; a variable that is set to nothing counts as not set, a relative data directory starts at the
 * repository.
 *
 * @throws WrongSetting that names the first bad variable. The value is not shown: it may hold a password.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const result = Settings.safeParse(given);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw new WrongSetting(`The setting ${issue.path.join(".")} is wrong: it ${issue.message}.`);
  }
  const settings = result.data;
  return {
    port: settings.PORT,
    host: settings.HOST,
    dataDir: resolve(import.meta.dirname, "../../..", settings.ROSTER_DATA_DIR),
    databaseUrl: settings.DATABASE_URL ?? null,
    logLevel: settings.LOG_LEVEL,
    trustProxy: settings.TRUST_PROXY,
    underNpm: given.npm_lifecycle_event !== undefined,
    env,
  };
}

function isPostgresUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);
}

function areResolvers(text: string): boolean {
  try {
    new Resolver().setServers(text.split(",").map((server) => server.trim()));
    return true;
  } catch {
    return false;
  }
}

function isTrustProxy(text: string): boolean {
  if (/^(true|false|\d{1,2})$/i.test(text.trim())) return true;
  const items = text.split(",").map((item) => item.trim().toLowerCase());
  return items.every((item) => TRUST_WORDS.has(item) || isIP(item.split("/")[0]!) !== 0);
}
