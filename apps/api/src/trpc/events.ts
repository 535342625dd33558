import { EventInput, eventsLimit } from "@roster/domain/events/event-input.ts";
import { recordEvents } from "@roster/usecases/events/events.ts";
import { z } from "zod";
import { procedure, router } from "./init.ts";

const Record = z.strictObject({
  events: z.array(EventInput).max(eventsLimit, `At most ${eventsLimit} fit in one call. Split them.`),
});

/** What mail servers and recipients did. */
export const events = router({
  /** Counts events, each id once; one that cannot be counted keeps no other back. */
  record: procedure.input(Record).mutation(async ({ ctx, input }) => {
    const { outcomes, ...counts } = await recordEvents(ctx.deps, ctx.scope, input);
    const errors = outcomes.flatMap((outcome, index) =>
      outcome.kind === "failed" ? [{ index, ...outcome.problem }] : [],
    );
    return { ...counts, errors };
  }),
});
