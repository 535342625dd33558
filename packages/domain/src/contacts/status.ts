import { z } from "zod";
import { StorableText } from "../text/storable-text.ts";

/** Whether a contact may be mailed. The order is that of strictness. */
export const Status = z.enum(["active", "unsubscribed", "bounced", "complained"]);
export type Status = z.infer<typeof Status>;

const strictness: Record<Status, number> = { active: 0, unsubscribed: 1, bounced: 2, complained: 3 };

export function isStricter(status: Status, than: Status): boolean {
  return strictness[status] > strictness[than];
}

/** The stricter of two statuses. */
export function strictest(a: Status, b: Status): Status {
  return isStricter(b, a) ? b : a;
}

/** What people agreed to, for those who are reactivated. */
export const ConsentText = StorableText.trim()
  .min(1, "Send the text that the person agreed to.")
  .max(1000, "A consent has at most 1000 characters.");

/** A caller's leave to reactivate people, with the consent text that the history keeps. */
export type Resubscribe = { consent: string };

/** The circumstances that decide what a wished status may do. */
export type StatusPolicy = {
  /**
   * `single`: one contact named by one request: an explicit status is set as it is.
   * `many`: arrays, files and jobs, even with one item: a status may only become stricter.
   */
  shape: "single" | "many";
  resubscribe: Resubscribe | null;
  /** True where a new contact is active only if it says so or brings a consent (the MailingCore dialect). */
  optInNeedsConsent: boolean;
};

/** Why a contact's status is not the one that a row would have given it. */
export type KeptReason = "kept_unsubscribed" | "kept_bounced" | "kept_complained" | "no_consent";

export type StatusDecision =
  | { ok: true; status: Status; reason: StatusReason; kept: KeptReason | null }
  /** A single write with `subscribed: true` on somebody who bounced or complained. */
  | { ok: false; current: Status };

/** The reasons that the history gives for a status. */
export type StatusReason =
  | "default"
  | "explicit"
  | "resubscribed"
  | "no_consent"
  | "suppressed"
  | "undone"
  | "merged"
  | "hard_bounce"
  | "soft_bounces"
  | "complaint"
  | "unsubscribe";

const decide = (status: Status, reason: StatusReason, kept: KeptReason | null = null): StatusDecision => ({
  ok: true,
  status,
  reason,
  kept,
});

function keep(current: Status, reason: StatusReason): StatusDecision {
  return decide(current, reason, current === "active" ? null : `kept_${current}`);
}

/**
 * The status of an existing contact after one write.
 * @param current the status it has, or the stricter one of a suppressed address that it takes
 * @param wish a status word, a subscribed/optIn boolean, or undefined where the write says nothing
 */
export function nextStatus(
  current: Status,
  wish: Status | boolean | undefined,
  policy: StatusPolicy,
): StatusDecision {
  const mayReactivate = policy.resubscribe !== null && (current === "unsubscribed" || current === "bounced");

  if (policy.shape === "single") {
    if (wish === undefined) return decide(current, "default");
    if (typeof wish === "string") return decide(wish, "explicit");
    if (!wish) return decide(current === "active" ? "unsubscribed" : current, "explicit");
    if (current === "active") return decide("active", "explicit");
    if (current === "unsubscribed") return decide("active", "explicit");
    return mayReactivate ? decide("active", "resubscribed") : { ok: false, current };
  }

  // "Not subscribed" is as true of somebody who bounced as of somebody who left: nothing to change, nothing was kept back.
  if (wish === false) return decide(current === "active" ? "unsubscribed" : current, "explicit");
  const named = wish === true ? "active" : wish;
  if (named !== undefined && isStricter(named, current)) return decide(named, "explicit");
  if (named === current) return decide(current, "explicit");
  if (mayReactivate && (named === undefined || named === "active")) return decide("active", "resubscribed");
  return keep(current, "explicit");
}

/**
 * The status of a contact that one write creates.
 * @param suppressed the status that the address left behind when its contact was deleted, moved or erased
 * @param hasConsent whether the write brings a consent
 */
export function firstStatus(
  wish: Status | boolean | undefined,
  policy: StatusPolicy,
  suppressed: Status | null,
  hasConsent: boolean,
): StatusDecision {
  if (suppressed !== null && suppressed !== "active") {
    const decision = nextStatus(suppressed, wish, policy);
    return decision.ok && decision.status === suppressed ? { ...decision, reason: "suppressed" } : decision;
  }
  if (wish !== undefined)
    return decide(wish === true ? "active" : wish === false ? "unsubscribed" : wish, "explicit");
  if (policy.optInNeedsConsent && !hasConsent) return decide("unsubscribed", "no_consent", "no_consent");
  return decide("active", "default");
}
