import { Resolver } from "node:dns";
import { HealthRules } from "@roster/domain/list-health.ts";
import type { HealthSettings } from "@roster/usecases/health-settings.ts";
import { openMailDomains } from "@roster/usecases/mail-domains.ts";
import { z } from "zod";

const { unengagedDays, neverOpenedSends, softBounces } = HealthRules.shape;
/** A number as the environment has it, by a rule's own bounds. */
const counted = <Rule extends z.ZodType<number, number | undefined>>(rule: Rule) =>
  z.preprocess((text) => (text === undefined ? undefined : Number(text)), rule);

/** Addresses as `dns.setServers` takes them. */
const Servers = z.string().transform((text, context) => {
  const servers = text.split(",").map((server) => server.trim());
  try {
    new Resolver().setServers(servers);
    return servers;
  } catch {
    const message = "must be addresses, divided by commas, such as 9.9.9.9,127.0.0.1:5353,[::1]:53";
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  }
});

/** The settings of health runs, by the variables that they come from. */
export const healthSettings = {
  /** Days without an open after which somebody is unengaged. */
  HEALTH_UNENGAGED_DAYS: counted(unengagedDays),
  /** Sends without any open after which somebody is. */
  HEALTH_NEVER_OPENED_SENDS: counted(neverOpenedSends),
  /** Soft bounces in a row that make an address risky. */
  HEALTH_SOFT_BOUNCES: counted(softBounces),
  /** Whether a run asks the DNS which domains take mail. */
  HEALTH_DNS: z.enum(["on", "off"], "must be on or off").default("off"),
  /** The resolvers that are asked; else the system's own. */
  HEALTH_DNS_SERVERS: Servers.default([]),
  /** How long one question waits for its answer, in ms. */
  HEALTH_DNS_TIMEOUT_MS: z.coerce.number().int().min(50).max(60_000).default(2000),
};

/** What the settings come to. */
export function healthOf(config: z.infer<z.ZodObject<typeof healthSettings>>): HealthSettings {
  const rules = {
    unengagedDays: config.HEALTH_UNENGAGED_DAYS,
    neverOpenedSends: config.HEALTH_NEVER_OPENED_SENDS,
    softBounces: config.HEALTH_SOFT_BOUNCES,
  };
  const { HEALTH_DNS_SERVERS: servers, HEALTH_DNS_TIMEOUT_MS: timeoutMs } = config;
  const asks = config.HEALTH_DNS === "on";
  return { rules, mailDomains: asks ? openMailDomains({ servers, timeoutMs }) : null };
}
