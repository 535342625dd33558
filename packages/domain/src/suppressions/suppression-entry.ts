import type { z } from "zod";
import { Status } from "../contacts/status.ts";
import type { FieldIssue } from "../refusal.ts";
import { StorableText } from "../text/storable-text.ts";

/** What an address on the suppression list can be. */
export const SuppressedStatus = Status.exclude(["active"]);
export type SuppressedStatus = z.infer<typeof SuppressedStatus>;

/**
 * Why an address is on the list. The server writes `added`, `imported`, `deleted`, `erased` and `address_changed`; whoever adds
 * addresses may write a word of their own. Without an @: a mail server's answer often holds the address, of which only a hash
 * is to be left.
 */
export const SuppressionReason = StorableText.trim()
  .min(1, "Give a reason, or leave it out.")
  .max(64, "A reason has at most 64 characters.")
  .refine((text) => !text.includes("@"), "A reason holds no address: the list keeps hashes only.");

/** An address on the list, without the address. */
export type SuppressionEntry = {
  id: string;
  status: SuppressedStatus;
  reason: string;
  /** The key or the job that put it there, where one did. */
  source: string | null;
  createdAt: Date;
};

/**
 * Why an entry is not removed just like that; null where it is. To remove the entry of somebody who unsubscribed, or whose
 * mail came back, the removal itself is the act. A complaint and a wish to be forgotten are the person's own word, and take
 * one more.
 */
export function removalObstacle(
  { status, reason }: Pick<SuppressionEntry, "status" | "reason">,
  force: boolean,
): FieldIssue | null {
  if (force || (status !== "complained" && reason !== "erased")) return null;
  const why = status === "complained" ? "complained about mail" : "asked to be forgotten";
  const message = `This person ${why}. Send force as true if they have agreed to be mailed again.`;
  return { field: "force", code: "force_needed", message };
}
