import { EventSourceChange, EventSourceWish } from "@roster/domain/events/event-source.ts";
import {
  changeEventSource,
  createEventSource,
  deleteEventSource,
  getEventSource,
  listEventSources,
  rotateEventSource,
} from "@roster/usecases/events/event-sources.ts";
import { z } from "zod";
import { receiverPath } from "../event-receiver.ts";
import { shownSource } from "../shown-source.ts";
import { Limit, procedure, router, unrepeated } from "./init.ts";

const One = z.strictObject({ id: z.string() });

/** Addresses at which providers tell what became of mails. */
export const eventSources = router({
  /** Makes one and shows what opens it, the only time that it can be seen. */
  create: unrepeated.input(EventSourceWish).mutation(async ({ ctx, input }) => {
    const { source, opening } = await createEventSource(ctx.deps, ctx.scope, input);
    return { ...shownSource(source), ...opening, path: receiverPath(opening.token) };
  }),

  /** Newest first. */
  list: procedure
    .input(z.strictObject({ limit: Limit, cursor: z.string().optional() }).default({ limit: 50 }))
    .query(async ({ ctx, input }) => {
      const { sources, ...page } = await listEventSources(ctx.deps, ctx.scope, input);
      return { sources: sources.map(shownSource), ...page };
    }),

  /** With what came to it, and what went wrong last. */
  get: procedure
    .input(One)
    .query(async ({ ctx, input }) => shownSource(await getEventSource(ctx.deps, ctx.scope, input.id))),

  update: procedure
    .input(EventSourceChange.extend({ id: z.string() }))
    .mutation(async ({ ctx, input: { id, ...change } }) =>
      shownSource(await changeEventSource(ctx.deps, ctx.scope, id, change)),
    ),

  /** Gives it another address, and shows it the only time that it can be seen. */
  rotate: unrepeated.input(One).mutation(async ({ ctx, input }) => {
    const { source, opening } = await rotateEventSource(ctx.deps, ctx.scope, input.id);
    return { ...shownSource(source), ...opening, path: receiverPath(opening.token) };
  }),

  delete: procedure
    .input(One)
    .mutation(async ({ ctx, input }) => void (await deleteEventSource(ctx.deps, ctx.scope, input.id))),
});
