import { listTimeline } from "@roster/usecases/timeline.ts";
import { z } from "zod";
import { ContactRef } from "./contact-input.ts";
import { Limit, procedure } from "./init.ts";

const Timeline = z.strictObject({ id: ContactRef, limit: Limit, cursor: z.string().optional() });

/** What is kept of a contact beside what it is now. */
export const contactHistory = {
  /** What happened to it, newest first. */
  timeline: procedure.input(Timeline).query(async ({ ctx, input: { id, ...page } }) => {
    const { entries, ...place } = await listTimeline(ctx.deps, ctx.scope, id, page);
    return { ...place, entries: entries.map((entry) => ({ ...entry, at: entry.at.toISOString() })) };
  }),
};
