import { getEngagement } from "@roster/usecases/events/engagement.ts";
import { z } from "zod";
import { ContactRef } from "./contact-input.ts";
import { Limit, procedure, router } from "./init.ts";

const Page = z.strictObject({ id: ContactRef, limit: Limit, cursor: z.string().optional() });

/** What a contact did with what it was sent. Times become ISO 8601 texts on the wire. */
export const engagement = router({
  /** What it comes to, and a page of campaigns, the latest sent first. */
  get: procedure.input(Page).query(async ({ ctx, input: { id, ...page } }) => {
    const { contact, engagement, ...view } = await getEngagement(ctx.deps, ctx.scope, id, page);
    const { softBouncedAt: _times, ...sums } = engagement;
    return { ...view, contactId: contact.id, engagement: sums };
  }),
});
