import { ContactFilter, SearchText } from "@roster/domain/contacts/contact-filter.ts";
import { ContactSort } from "@roster/domain/contacts/contact-sort.ts";
import { Tier } from "@roster/domain/scores/score.ts";
import { z } from "zod";
import { pageLimit, pageNumber } from "../../../page-limit.ts";
import { Cursor, Flag, Time } from "../../../query-value.ts";
import { StatusWord } from "./contact-body.ts";

/** One tag, or several of which a contact has at least one. */
const Tags = z
  .union([z.string().transform((tag) => [tag]), z.array(z.string())])
  .pipe(ContactFilter.shape.tags.unwrap());

/** One tier, or several. */
const Tiers = z
  .union([Tier.transform((tier) => [tier]), z.array(Tier)], `Write ${Tier.options.join(", ")}.`)
  .pipe(ContactFilter.shape.tier.unwrap());

const Least = z
  .string()
  .regex(/^\d{1,3}$/, "Write a whole number from 0 to 100.")
  .transform(Number)
  .pipe(ContactFilter.shape.minScore.unwrap());

/** The filters of the list, of the export too. */
export const filters = {
  status: StatusWord.optional().describe("Only contacts of this status."),
  search: SearchText.optional().describe(
    "Part of the email or name, any case; fewer than three characters match the beginning.",
  ),
  tag: Tags.optional().describe(
    "Only contacts with this tag; given several times, with at least one of them.",
  ),
  listId: ContactFilter.shape.listId.describe("Only contacts that are on this list: its id."),
  tier: Tiers.optional().describe("Only contacts of this tier; given several times, of one of them."),
  minScore: Least.optional().describe("Only contacts with this score or more, 0–100."),
  segmentId: ContactFilter.shape.segmentId.describe("Only contacts that are in this segment now: its id."),
  updatedSince: Time.optional().describe("What was changed at this time or later: a time, or a date."),
};

/** A query with its tags in the use cases' word. */
export function tagsOf<Query extends { tag?: string[] | undefined }>({ tag, ...query }: Query) {
  return { ...query, tags: tag };
}

/** The query of the list; a parameter that it does not know is refused by name. */
export const ListQuery = z
  .strictObject({
    ...filters,
    sort: ContactSort.optional().describe("The order; `-createdAt`, newest first, where it is absent."),
    page: pageNumber.optional(),
    limit: pageLimit({ default: 50, max: 1000 }),
    cursor: Cursor.describe("Where to go on: the `cursor` of the page before, instead of `page`."),
  })
  .superRefine(({ page, cursor }, context) => {
    if (page === undefined || cursor === undefined) return;
    const message = "Send page or cursor, not both.";
    context.addIssue({ code: "custom", params: { code: "ambiguous" }, path: ["page"], message });
  })
  .transform(tagsOf);

/** The path of one contact. */
export const ContactPath = z.object({
  id: z.string().describe("The contact's id, which begins with `con_`."),
});

/** The query of the export: the list's filters. */
export const ExportQuery = z
  .strictObject({ ...filters, format: z.enum(["csv", "ndjson"], "Write csv or ndjson.").default("csv") })
  .transform(({ format, ...selection }) => ({ format, selection: tagsOf(selection) }));

/** The query of a POST of one contact. */
export const CreateQuery = z.strictObject({
  upsert: Flag.default(false).describe("`true`: merges into the contact that is there."),
});

/** What array-shaped writes may say in the query instead of the body. */
export const ResubscribeQuery = z.strictObject({
  resubscribe: Flag.optional().describe("`true`, with a `consent`: brings back who unsubscribed or bounced."),
  consent: z
    .string("Give this parameter once.")
    .optional()
    .describe("The text that the people agreed to; kept in their history."),
});

/** The query of a DELETE of one contact: `erase` is for a person who asked to be forgotten. */
export const DeleteQuery = z.strictObject({
  erase: Flag.default(false).describe(
    "`true`: for a person who asked to be forgotten. A job removes every copy of the address; see `/v1/erasures`.",
  ),
});
