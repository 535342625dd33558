import { upsertLimit } from "@roster/domain/contacts/write-policy.ts";
import {
  SuppressedStatus,
  type SuppressionEntry,
  SuppressionReason,
} from "@roster/domain/suppressions/suppression-entry.ts";
import { StorableText } from "@roster/domain/text/storable-text.ts";
import { checkSuppressions } from "@roster/usecases/suppressions/suppression-check.ts";
import {
  addSuppressions,
  listSuppressions,
  removeSuppression,
} from "@roster/usecases/suppressions/suppressions.ts";
import { z } from "zod";
import { Limit, procedure, router } from "./init.ts";

const emails = z
  .array(z.string())
  .max(upsertLimit, `At most ${upsertLimit} fit in one call. Import more as a file.`);

const List = z.strictObject({
  /** Only the entry of this address. */
  email: z.string().optional(),
  status: SuppressedStatus.optional(),
  reason: StorableText.optional(),
  /** The key or the job that made the entries. */
  source: StorableText.optional(),
  limit: Limit,
  cursor: z.string().optional(),
});

const Add = z.strictObject({
  emails,
  status: SuppressedStatus.default("unsubscribed"),
  /** Why, in a few words without an address. */
  reason: SuppressionReason.default("added"),
});

const Remove = z.strictObject({
  /** The entry's id, or the address. */
  named: z.string(),
  /** Also of somebody who complained or asked to be forgotten: only with their consent. */
  force: z.boolean().default(false),
});

function shown<Entry extends SuppressionEntry>({ createdAt, ...entry }: Entry) {
  return { ...entry, createdAt: createdAt.toISOString() };
}

/** Addresses that are not to be mailed, whether there is a contact or not; of each only a keyed hash is kept. */
export const suppressions = router({
  /** Newest first. An entry shows its address only where the call names it. */
  list: procedure.input(List).query(async ({ ctx, input }) => {
    const page = await listSuppressions(ctx.deps, ctx.scope, input);
    return { ...page, entries: page.entries.map(shown) };
  }),

  /** Contacts that have one of the addresses get the same status; nobody's gets looser. */
  add: procedure.input(Add).mutation(({ ctx, input }) => addSuppressions(ctx.deps, ctx.scope, input)),

  /** Which of the addresses are not to be mailed, by the list or by their contacts. It changes nothing. */
  check: procedure.input(z.strictObject({ emails })).mutation(async ({ ctx, input }) => {
    const { suppressed, ...others } = await checkSuppressions(ctx.deps, ctx.scope, input.emails);
    const told = suppressed.map(({ entry, ...address }) => ({ ...address, entry: entry && shown(entry) }));
    return { suppressed: told, ...others };
  }),

  /** Takes an address off the list. A contact that has it keeps its status. */
  remove: procedure
    .input(Remove)
    .mutation(async ({ ctx, input: { named, force } }) =>
      shown(await removeSuppression(ctx.deps, ctx.scope, named, { force })),
    ),
});
