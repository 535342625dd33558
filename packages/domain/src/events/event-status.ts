import { isStricter, type Status, type StatusReason } from "../contacts/status.ts";
import type { Engagement } from "./engagement.ts";
import type { ContactEvent } from "./event.ts";

/** What a status is judged by beside the event itself. */
export type EventCircumstances = {
  /** With this event. */
  engagement: Pick<Engagement, "softBounces" | "lastUnsubscribedAt" | "lastResubscribedAt">;
  /** Soft bounces in a row after which a contact counts as bounced. */
  softBounceLimit: number;
  /** When the contact left otherwise than by an event; null where it did not. */
  leftAt: Date | null;
};

/**
 * The status that an event leads to, with the reason; null where it changes nothing. Towards a stricter status it goes
 * whenever the event is told. Who left and came back has the status of the later of the two events, in whatever order they
 * are told; at the same moment, who left has left.
 */
export function statusAfterEvent(
  current: Status,
  { type, at, bounce }: Pick<ContactEvent, "type" | "at" | "bounce">,
  { engagement, softBounceLimit, leftAt }: EventCircumstances,
): { status: Status; reason: StatusReason } | null {
  const stricter = (status: Status, reason: StatusReason) =>
    isStricter(status, current) ? { status, reason } : null;
  switch (type) {
    case "bounced":
      if (bounce === "hard") return stricter("bounced", "hard_bounce");
      return engagement.softBounces < softBounceLimit ? null : stricter("bounced", "soft_bounces");
    case "complained":
      return stricter("complained", "complaint");
    case "unsubscribed":
      return isAfter(at, engagement.lastResubscribedAt, "or at")
        ? stricter("unsubscribed", "unsubscribe")
        : null;
    case "resubscribed": {
      const cameBack = isAfter(at, engagement.lastUnsubscribedAt) && isAfter(at, leftAt);
      return current === "unsubscribed" && cameBack ? { status: "active", reason: "resubscribed" } : null;
    }
    case "sent":
    case "delivered":
    case "opened":
    case "clicked":
      return null;
  }
}

function isAfter(at: Date, other: Date | null, same?: "or at"): boolean {
  return other === null || at > other || (same !== undefined && +at === +other);
}
