import type { Status } from "@roster/domain/contacts/status.ts";
import { z } from "zod";

/** This API's words for the statuses. */
export const statusWords = {
  active: "subscribed",
  unsubscribed: "unsubscribed",
  bounced: "bounced",
  complained: "complained",
} as const satisfies Record<Status, string>;

const statuses = Object.fromEntries(
  Object.entries(statusWords).map(([status, word]) => [word, status]),
) as Record<(typeof statusWords)[Status], Status>;

/** A status as this API writes it. */
export const StatusWord = z
  .enum(Object.values(statusWords), "A status is subscribed, unsubscribed, bounced or complained.")
  .transform((word) => statuses[word]);
