import { z } from "zod";
import type { Status } from "../contacts/status.ts";
import { HealthClass, HealthReason, type HealthVerdict } from "./list-health.ts";

const Count = z.int().min(0);
const byClass = z.record(HealthClass, Count);

/** What a run has counted. */
export const HealthCounts = z.object({
  /** All contacts by class. */
  classes: byClass,
  /** Those of them who can be mailed. */
  active: byClass,
  bounced: Count,
  complained: Count,
  /** How many contacts have each reason; a contact may have several. */
  reasons: z.record(HealthReason, Count),
  /** Contacts whose domain was asked for its mail servers and gave no answer. */
  unanswered: Count,
});
export type HealthCounts = z.infer<typeof HealthCounts>;

const zeros = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;

export function noHealthCounts(): HealthCounts {
  return {
    classes: zeros(HealthClass.options),
    active: zeros(HealthClass.options),
    bounced: 0,
    complained: 0,
    reasons: zeros(HealthReason.options),
    unanswered: 0,
  };
}

/** Counts one contact in place. */
export function countVerdict(counts: HealthCounts, status: Status, verdict: HealthVerdict): void {
  counts.classes[verdict.class]++;
  if (status === "active") counts.active[verdict.class]++;
  else if (status === "bounced" || status === "complained") counts[status]++;
  for (const reason of verdict.reasons) counts.reasons[reason]++;
}

/**
 * How good a list is, 0–100, in whole points rounded down, so that 100 means that nothing was found:
 *
 *     100 × (healthy + ½ risky + ½ unengaged) ÷ (active + bounced + complained)
 *
 * over those who can be mailed. A risky or unengaged contact is half a contact: most of them still get what is sent, but
 * they are what providers judge a sender by. An invalid one counts nothing, and so does a bounce or a complaint, which
 * stays in the divisor for as long as the contact does. Who unsubscribed does no harm and is left out. Nobody at all: 100.
 */
export function healthScore({ active, bounced, complained }: HealthCounts): number {
  const all = HealthClass.options.reduce((sum, name) => sum + active[name], 0) + bounced + complained;
  if (all === 0) return 100;
  // Doubled, so that halves stay whole.
  return Math.floor((100 * (2 * active.healthy + active.risky + active.unengaged)) / (2 * all));
}
