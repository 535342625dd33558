import { ContactFilter, SearchText } from "@roster/domain/contacts/contact-filter.ts";
import { Status } from "@roster/domain/contacts/status.ts";
import { z } from "zod";
import { Time } from "../query-value.ts";

/** Which contacts a list or an export is about: those to whom everything that is given applies. */
export const contactSelection = {
  /** Part of the email or the name. */
  search: SearchText.optional(),
  /** Part of the email. */
  email: SearchText.optional(),
  status: Status.optional(),
  subscribed: z.boolean().optional(),
  /** At least one of these. */
  tags: ContactFilter.shape.tags,
  locale: ContactFilter.shape.locale,
  /** On this list. */
  listId: ContactFilter.shape.listId,
  /** One of these. */
  tier: ContactFilter.shape.tier,
  /** The score, or more. */
  minScore: ContactFilter.shape.minScore,
  /** In this segment. */
  segmentId: ContactFilter.shape.segmentId,
  /** Changed at or after this time, as an ISO text. */
  updatedSince: Time.optional(),
};
