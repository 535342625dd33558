import { isIP } from "node:net";
import { upsertLimit } from "@roster/domain/contacts/write-policy.ts";
import { z } from "zod";

/** A setting that cannot be used. The message is the one line that an operator needs. */
export class SettingError extends Error {}

const trustWords = new Set(["loopback", "linklocal", "uniquelocal"]);

/** Express' values: true, false, a number of hops, or a list of proxies' addresses and subnets. */
const TrustProxy = z.string().transform((text, context): boolean | number | string[] => {
  const word = text.trim().toLowerCase();
  if (word === "true" || word === "false") return word === "true";
  if (/^\d{1,2}$/.test(word)) return Number(word);
  const items = word.split(",").map((item) => item.trim());
  if (items.every((item) => trustWords.has(item) || isIP(item.split("/")[0]!) !== 0)) return items;
  context.addIssue({
    code: "custom",
    message: "write true, false, a number of hops, or a list of addresses",
  });
  return z.NEVER;
});

/** Which web pages may call this API from a browser: none, all (`*`), or those of a list of origins. */
const CorsOrigins = z.string().transform((text, context): "*" | string[] => {
  if (text.trim() === "*") return "*";
  const origins = text.split(",").map((origin) => origin.trim());
  if (origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin)) return origins;
  context.addIssue({
    code: "custom",
    message: "write *, or origins as https://app.example.com, divided by commas and without a path",
  });
  return z.NEVER;
});

const Config = z.object({
  DATABASE_URL: z
    .string({
      error: "is needed: the address of a PostgreSQL 15 or newer, as postgres://user:password@host/database",
    })
    .regex(/^postgres(ql)?:\/\/./, "must begin with postgres://"),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, "must be a port number, 0 to 65535")
    .transform(Number)
    .refine((port) => port <= 65_535, "must be a port number, 0 to 65535")
    .default(4400),
  HOST: z.string().default("127.0.0.1"),
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"], {
      error: "must be fatal, error, warn, info, debug, trace or silent",
    })
    .default("info"),
  TRUST_PROXY: TrustProxy.default(false),
  CORS_ORIGINS: CorsOrigins.default([]),
  CONTACTS_BULK_MAX: z
    .string()
    .regex(/^\d{1,5}$/, `must be a number of contacts, 1 to ${upsertLimit}`)
    .transform(Number)
    .refine((n) => n >= 1 && n <= upsertLimit, `must be a number of contacts, 1 to ${upsertLimit}`)
    .default(1000),
  ROSTER_DATA_DIR: z.string().default(".roster"),
});

/** What the API process can be told from outside. */
export type Config = z.infer<typeof Config>;

/**
 * Reads the settings; a variable that is set to nothing counts as not set.
 * @throws SettingError that names the first bad variable
 */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const result = Config.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new SettingError(`${issue.path.join(".")}: ${issue.message}.`);
}
