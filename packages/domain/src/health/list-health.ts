import { z } from "zod";
import type { Status } from "../contacts/status.ts";
import { isRoleAddress } from "./role-address.ts";
import { type EngagementTimes, type UnengagedRules, unengagedReason } from "./unengaged.ts";

/** What a health run takes a contact for. */
export const HealthClass = z.enum(["healthy", "invalid", "risky", "unengaged"]);
export type HealthClass = z.infer<typeof HealthClass>;

/** The classes that a run writes down. */
export const FoundClass = HealthClass.exclude(["healthy"]);
export type FoundClass = z.infer<typeof FoundClass>;

/**
 * Why a contact is not healthy.
 * - `syntax`: no address at all (nothing of the kind can be stored, so this finds what came past the rules)
 * - `no_mx`: its domain takes no mail, as its DNS says
 * - `disposable_domain`: of a provider of addresses that are thrown away
 * - `role_address`: a function such as info@, read by whoever sits there
 * - `likely_typo`: a slip in the domain of a big provider
 * - `repeated_soft_bounces`: mail was put off several times in a row
 * - `never_opened`: sent to several times, and nothing was opened
 * - `no_recent_open`: nothing was opened for a long time
 */
export const HealthReason = z.enum([
  "syntax",
  "no_mx",
  "disposable_domain",
  "role_address",
  "likely_typo",
  "repeated_soft_bounces",
  "never_opened",
  "no_recent_open",
]);
export type HealthReason = z.infer<typeof HealthReason>;

/** The class that each reason makes. */
export const reasonClass: Record<HealthReason, FoundClass> = {
  syntax: "invalid",
  no_mx: "invalid",
  disposable_domain: "risky",
  role_address: "risky",
  likely_typo: "risky",
  repeated_soft_bounces: "risky",
  never_opened: "unengaged",
  no_recent_open: "unengaged",
};

/** What a run holds contacts against: for each tenant to decide, see `TenantSettings`. */
export const HealthRules = z.object({
  /** Days without an open after which somebody who was mailed, or used to open, is unengaged. */
  unengagedDays: z.int("Give a whole number of days.").min(1).max(3650).default(90),
  /** Sends without any open after which somebody is unengaged, however short the time. */
  neverOpenedSends: z.int("Give a whole number.").min(1).max(1000).default(5),
  /** Soft bounces in a row that make an address risky. */
  riskySoftBounces: z.int("Give a whole number.").min(1).max(100).default(2),
}) satisfies z.ZodType<UnengagedRules>;
export type HealthRules = z.infer<typeof HealthRules>;

/** Whether a domain takes mail: `unknown` where nobody was asked, or no answer came. */
export type TakesMail = "yes" | "no" | "unknown";

/** What is known of an address's domain. Null in place of all of it: the address has none that can be. */
export type DomainFacts = {
  takesMail: TakesMail;
  disposable: boolean;
  /** Whether it is a big provider's own. */
  provider: boolean;
  /** The domain that was probably meant. */
  suggestion: string | null;
};

/** What a contact's events came to, as far as its health is concerned. Times in ms since 1970. */
export type HealthEngagement = EngagementTimes & { softBounces: number };

/** What a run finds of one contact. */
export type HealthVerdict = {
  class: HealthClass;
  /** In the order of `HealthReason`. */
  reasons: readonly HealthReason[];
  /** The domain that was probably meant. */
  suggestion: string | null;
};

const healthy: HealthVerdict = { class: "healthy", reasons: [], suggestion: null };

/**
 * Classifies a contact: the strictest class that one of its reasons makes, invalid before risky before unengaged.
 * Only who can be mailed can be unengaged; whoever has left opens nothing.
 * @param contact.email normalised by `parseEmail`
 * @param engagement null where there never was an event
 * @param roles local parts that are functions and not people
 * @param now ms since 1970
 */
export function assessContact(
  contact: { email: string; status: Status },
  engagement: HealthEngagement | null,
  domain: DomainFacts | null,
  rules: HealthRules,
  roles: ReadonlySet<string>,
  now: number,
): HealthVerdict {
  const reasons: HealthReason[] = [];
  if (domain === null) reasons.push("syntax");
  else {
    if (domain.takesMail === "no") reasons.push("no_mx");
    if (domain.disposable) reasons.push("disposable_domain");
    // At a provider for everybody info@ and sales@ are names that somebody chose.
    if (!domain.provider && isRoleAddress(contact.email, roles)) reasons.push("role_address");
    if (domain.suggestion !== null) reasons.push("likely_typo");
  }
  if (engagement !== null) {
    if (engagement.softBounces >= rules.riskySoftBounces) reasons.push("repeated_soft_bounces");
    const idle = contact.status === "active" ? unengagedReason(engagement, rules, now) : null;
    if (idle !== null) reasons.push(idle);
  }
  if (reasons.length === 0) return healthy;
  const strictest = FoundClass.options.find((option) =>
    reasons.some((reason) => reasonClass[reason] === option),
  )!;
  return { class: strictest, reasons, suggestion: domain?.suggestion ?? null };
}
