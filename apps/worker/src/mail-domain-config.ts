import { Resolver } from "node:dns";
import { type MailDomains, openMailDomains } from "@roster/usecases/health/mail-domains.ts";
import { z } from "zod";

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

/** Whether and whom health runs ask which domains take mail, by the variables that say it. */
export const mailDomainSettings = {
  HEALTH_DNS: z.enum(["on", "off"], "must be on or off").default("off"),
  /** The resolvers that are asked; else the system's own. */
  HEALTH_DNS_SERVERS: Servers.default([]),
  /** How long one question waits for its answer, in ms. */
  HEALTH_DNS_TIMEOUT_MS: z.coerce.number().int().min(50).max(60_000).default(2000),
};

/** What the settings come to: null where nobody is asked. */
export function mailDomainsOf(config: z.infer<z.ZodObject<typeof mailDomainSettings>>): MailDomains | null {
  const { HEALTH_DNS: dns, HEALTH_DNS_SERVERS: servers, HEALTH_DNS_TIMEOUT_MS: timeoutMs } = config;
  return dns === "on" ? openMailDomains({ servers, timeoutMs }) : null;
}
