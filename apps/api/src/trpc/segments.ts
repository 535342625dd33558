import type { Segment } from "@roster/domain/segments/segment.ts";
import { SegmentFilter, SegmentName } from "@roster/domain/segments/segment-filter.ts";
import {
  previewFilter,
  previewSegment,
  refreshSegment,
  type SegmentPreview,
  segmentMembers,
} from "@roster/usecases/segments/segment-members.ts";
import {
  createSegment,
  deleteSegment,
  getSegment,
  listSegments,
  updateSegment,
} from "@roster/usecases/segments/segments.ts";
import { z } from "zod";
import { shownContact } from "./contact-output.ts";
import { Limit, procedure, router } from "./init.ts";

const Named = z.strictObject({ id: z.string() });
const page = { limit: Limit, cursor: z.string().optional() };

function shown({ countedAt, createdAt, updatedAt, ...segment }: Segment) {
  return {
    ...segment,
    countedAt: countedAt === null ? null : countedAt.toISOString(),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

function shownPreview({ count, sample }: SegmentPreview) {
  return { count, sample: sample.map(shownContact) };
}

/** Named questions about contacts; who is in one is found when somebody asks. */
export const segments = router({
  /** Newest first. */
  list: procedure.input(z.strictObject(page)).query(async ({ ctx, input }) => {
    const { segments, ...rest } = await listSegments(ctx.deps, ctx.scope, input);
    return { ...rest, segments: segments.map(shown) };
  }),

  get: procedure
    .input(Named)
    .query(async ({ ctx, input }) => shown(await getSegment(ctx.deps, ctx.scope, input.id))),

  create: procedure
    .input(z.strictObject({ name: SegmentName, filter: SegmentFilter }))
    .mutation(async ({ ctx, input }) => shown(await createSegment(ctx.deps, ctx.scope, input))),

  update: procedure
    .input(z.strictObject({ ...Named.shape, name: SegmentName.optional(), filter: SegmentFilter.optional() }))
    .mutation(async ({ ctx, input: { id, ...change } }) =>
      shown(await updateSegment(ctx.deps, ctx.scope, id, change)),
    ),

  /** Answers with what named the segment. One that others use is refused. */
  delete: procedure.input(Named).mutation(async ({ ctx, input }) => {
    await deleteSegment(ctx.deps, ctx.scope, input.id);
    return input;
  }),

  /** How many contacts a segment has now, and the newest ten. */
  preview: procedure
    .input(Named)
    .query(async ({ ctx, input }) => shownPreview(await previewSegment(ctx.deps, ctx.scope, input.id))),

  /** The same of a filter that nobody kept. A mutation, because it may be too long for an address; it keeps nothing. */
  tryFilter: procedure
    .input(z.strictObject({ filter: SegmentFilter }))
    .mutation(async ({ ctx, input }) => shownPreview(await previewFilter(ctx.deps, ctx.scope, input.filter))),

  /** Counts a segment's contacts anew. */
  refresh: procedure
    .input(Named)
    .mutation(async ({ ctx, input }) => shown(await refreshSegment(ctx.deps, ctx.scope, input.id))),

  /** Who is in a segment now, newest first. */
  members: procedure
    .input(z.strictObject({ ...Named.shape, ...page }))
    .query(async ({ ctx, input: { id, ...query } }) => {
      const { contacts, ...rest } = await segmentMembers(ctx.deps, ctx.scope, id, query);
      return { ...rest, contacts: contacts.map(shownContact) };
    }),
});
