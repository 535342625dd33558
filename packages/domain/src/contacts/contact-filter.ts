import { z } from "zod";
import { Tier } from "../scores/score.ts";
import { StorableText } from "../text/storable-text.ts";
import { textLimits } from "./contact.ts";
import { Status } from "./status.ts";
import { tagLength, tagLimit } from "./tag.ts";

const text = (limit: number) => StorableText.trim().min(1).max(limit);

/** Which contacts are meant: those to which everything that is given applies. An empty filter means all of them. */
export const ContactFilter = z.strictObject({
  /** One of these. */
  status: z.array(Status).min(1).optional(),
  /** Part of the email or of the name that is shown, any case; fewer than three characters match the beginning. */
  search: text(255).optional(),
  /** The same for the email alone. */
  email: text(255).optional(),
  /** At least one of these. */
  tags: z.array(text(tagLength)).min(1).max(tagLimit).optional(),
  locale: text(textLimits.locale).optional(),
  /** How the contact came about, as it was given then. */
  source: text(textLimits.source).optional(),
  /** The import that created them. */
  createdJob: z.uuid().optional(),
  /** The list that they are on. */
  listId: z.uuid().optional(),
  /** One of these; see `score.ts`. */
  tier: z.array(Tier).min(1).optional(),
  /** The score, or more. */
  minScore: z.int().min(0).max(100).optional(),
  /** The segment in which they are. */
  segmentId: z.uuid().optional(),
});
export type ContactFilter = z.infer<typeof ContactFilter>;

/** A search as an address has it: white space around it says nothing, and an empty one asks for nothing. */
export const SearchText = z
  .string("Give this parameter once, as a text.")
  .transform((text) => text.trim() || undefined)
  .pipe(ContactFilter.shape.search);
