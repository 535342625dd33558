import { HealthRules } from "@roster/domain/list-health.ts";
import type { MailDomains } from "./mail-domains.ts";

/** What an operator decides for all health runs of a worker. */
export type HealthSettings = {
  rules: HealthRules;
  /** Null: domains are not asked for their mail servers. */
  mailDomains: MailDomains | null;
};

export const defaultHealthSettings: HealthSettings = { rules: HealthRules.parse({}), mailDomains: null };
