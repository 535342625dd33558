/** What was sent to somebody and when they last reacted. Times in ms since 1970; null: never. */
export type EngagementTimes = {
  /** Numbers of sends: sent, delivered, opened at least once, clicked at least once. */
  sent: number;
  delivered: number;
  opened: number;
  clicked: number;
  firstSentAt: number | null;
  lastOpenedAt: number | null;
  lastClickedAt: number | null;
};

export type UnengagedRules = {
  unengagedDays: number;
  neverOpenedSends: number;
};

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Why somebody counts as unengaged, or null. A click is an open, also where the image that tells of opens was not loaded.
 * Whoever was never sent anything had nothing to open. Somebody who never opened is judged by the time since the first
 * send, because there is no last open.
 * @param now ms since 1970
 */
export function unengagedReason(
  engagement: EngagementTimes,
  { unengagedDays, neverOpenedSends }: UnengagedRules,
  now: number,
): "never_opened" | "no_recent_open" | null {
  const { sent, delivered, opened, clicked, firstSentAt, lastOpenedAt, lastClickedAt } = engagement;
  const reacted = opened > 0 || clicked > 0;
  // Some providers tell of deliveries only.
  if (!reacted && Math.max(sent, delivered) >= neverOpenedSends) return "never_opened";
  const since = reacted ? Math.max(lastOpenedAt ?? 0, lastClickedAt ?? 0) : firstSentAt;
  return since !== null && now - since >= unengagedDays * dayMs ? "no_recent_open" : null;
}
