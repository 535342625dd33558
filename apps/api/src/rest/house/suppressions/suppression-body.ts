import { upsertLimit } from "@roster/domain/contacts/write-policy.ts";
import { SuppressedStatus, SuppressionReason } from "@roster/domain/suppressions/suppression-entry.ts";
import { StorableText } from "@roster/domain/text/storable-text.ts";
import { z } from "zod";
import { pageLimit } from "../../../page-limit.ts";
import { Cursor, Flag } from "../../../query-value.ts";

const StatusWord = z.enum(SuppressedStatus.options, "Write unsubscribed, bounced or complained.");
const once = z.string("Give this parameter once.");
const text = once.pipe(StorableText);

/** The query of the list. */
export const SuppressionsQuery = z.strictObject({
  email: once.optional().describe("Only the entry of this address."),
  status: StatusWord.optional(),
  reason: text.optional().describe("Only entries that have this reason."),
  source: text.optional().describe("Only entries that this key, job or merge made."),
  limit: pageLimit({ default: 50, max: 1000 }),
  cursor: Cursor,
});

/** The path of one entry. */
export const SuppressionPath = z.object({ id: z.string().describe("The entry's id, or its address.") });

/** The query of a removal. */
export const RemovalQuery = z.strictObject({
  force: Flag.default(false).describe(
    "`true`: also of somebody who complained or asked to be forgotten. Only with their consent.",
  ),
});

const Addresses = z
  .array(z.string("Send a list of texts."), "Send a list of texts.")
  .max(upsertLimit, `At most ${upsertLimit} fit in one request. Import more as a file.`);

/** One address, or many. */
export const NewSuppressions = z
  .strictObject(
    {
      email: z.string("Send the address as a text.").optional(),
      emails: Addresses.optional(),
      status: StatusWord.default("unsubscribed"),
      reason: SuppressionReason.default("added").describe("Why, in a few words without an address."),
    },
    "Send a JSON object with email or emails, with Content-Type: application/json.",
  )
  .superRefine(({ email, emails }, context) => {
    if ((email === undefined) !== (emails === undefined)) return;
    const message = "Send email for one address or emails for many: one of them.";
    context.addIssue({ code: "custom", params: { code: "addresses_unclear" }, path: ["email"], message });
  })
  .transform(({ email, emails, ...input }) => ({ ...input, emails: emails ?? [email!] }));

/** The addresses to look for. */
export const CheckBody = z.strictObject(
  { emails: Addresses },
  "Send a JSON object with emails, with Content-Type: application/json.",
);
