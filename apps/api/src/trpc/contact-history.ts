import { getContactData } from "@roster/usecases/history/contact-data.ts";
import { listTimeline } from "@roster/usecases/history/timeline.ts";
import { z } from "zod";
import { ContactRef } from "./contact-input.ts";
import { shownContact } from "./contact-output.ts";
import { Limit, procedure } from "./init.ts";

const Timeline = z.strictObject({ id: ContactRef, limit: Limit, cursor: z.string().optional() });

/** What is kept of a contact beside what it is now. */
export const contactHistory = {
  /** What happened to it, newest first. */
  timeline: procedure.input(Timeline).query(async ({ ctx, input: { id, ...page } }) => {
    const { entries, ...place } = await listTimeline(ctx.deps, ctx.scope, id, page);
    return { ...place, entries: entries.map((entry) => ({ ...entry, at: entry.at.toISOString() })) };
  }),

  /** Everything that is held about it, for a person who asks. */
  data: procedure.input(z.strictObject({ id: ContactRef })).query(async ({ ctx, input: { id } }) => {
    const { contact, suppression, records, copies } = await getContactData(ctx.deps, ctx.scope, id);
    const files = copies.files.map(({ receivedAt, ...file }) => {
      return { ...file, receivedAt: receivedAt.toISOString() };
    });
    return {
      contact: shownContact(contact),
      suppression: suppression && { ...suppression, createdAt: suppression.createdAt.toISOString() },
      records,
      copies: { ...copies, files },
    };
  }),
};
