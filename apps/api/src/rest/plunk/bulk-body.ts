import { SearchText } from "@roster/domain/contacts/contact-filter.ts";
import type { BulkSubjects } from "@roster/usecases/bulk/bulk-subjects.ts";
import { z } from "zod";
import { checked } from "../../input-issue.ts";

/** Published limits: ids in one request, and ids left out of a query. */
const limits = { ids: 1000, excluded: 10_000 } as const;

const Ids = z
  .array(z.string(), { error: "contactIds is a list of ids." })
  .min(1, "Name at least one contact.")
  .max(limits.ids, `At most ${limits.ids} ids fit in one request. Use the mode query, or split them.`);

export const ByIds = z
  .object({
    mode: z.literal("ids").optional(),
    contactIds: Ids.optional(),
    ids: Ids.optional().describe("The same as `contactIds`."),
  })
  .transform(({ contactIds, ids }, context): BulkSubjects => {
    const given = contactIds ?? ids;
    if (given !== undefined) return { ids: given };
    context.addIssue({ code: "custom", path: ["contactIds"], message: "Name at least one contact." });
    return z.NEVER;
  });

export const ByQuery = z
  .object({
    mode: z.literal("query"),
    filter: z.object({
      search: SearchText.optional().describe("Part of the email, any case."),
      subscribed: z.boolean().optional(),
    }),
    excludeIds: z
      .array(z.string())
      .max(limits.excluded, `At most ${limits.excluded} ids can be left out.`)
      .default([]),
  })
  .transform(({ filter: { search, subscribed }, excludeIds }): BulkSubjects => {
    const status =
      subscribed === undefined ? null : subscribed ? (["active"] as const) : unsubscribedStatuses;
    return {
      filter: { ...(search && { email: search }), ...(status !== null && { status: [...status] }) },
      excludeIds,
    };
  });

/** Whoever is not active reads as not subscribed. */
const unsubscribedStatuses = ["unsubscribed", "bounced", "complained"] as const;

/**
 * Whom a bulk request of this API means; fields that it does not know are ignored.
 * @throws Refused invalid
 */
export function readBulkBody(body: unknown): BulkSubjects {
  const isQuery = typeof body === "object" && body !== null && "mode" in body && body.mode === "query";
  return checked(isQuery ? ByQuery : ByIds, body ?? {});
}
