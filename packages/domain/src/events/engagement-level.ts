import type { TenantSettings } from "../accounts/tenant-settings.ts";
import type { Engagement } from "./engagement.ts";

export type EngagementLevel = "active" | "passive" | "dormant";

const day = 86_400_000;

/** When somebody last opened or clicked; null if never. */
export function lastEngagedAt({
  lastOpenedAt,
  lastClickedAt,
}: Pick<Engagement, "lastOpenedAt" | "lastClickedAt">): Date | null {
  if (lastOpenedAt === null || lastClickedAt === null) return lastOpenedAt ?? lastClickedAt;
  return lastOpenedAt > lastClickedAt ? lastOpenedAt : lastClickedAt;
}

/**
 * How engaged somebody is. Who never was has, for as long as counts as active, the benefit of being new: created, or first
 * sent to, within that time is passive.
 */
export function engagementLevel(
  engagement: Pick<Engagement, "lastOpenedAt" | "lastClickedAt" | "firstSentAt">,
  createdAt: Date,
  now: Date,
  { activeDays, passiveDays }: Pick<TenantSettings, "activeDays" | "passiveDays">,
): EngagementLevel {
  const within = (at: Date | null, days: number) => at !== null && +now - +at <= days * day;
  const last = lastEngagedAt(engagement);
  if (within(last, activeDays)) return "active";
  if (within(last, passiveDays)) return "passive";
  const isNew = within(createdAt, activeDays) || within(engagement.firstSentAt, activeDays);
  return last === null && isNew ? "passive" : "dormant";
}
