import { z } from "zod";
import { manyOf, oneOf, Time } from "../answers.ts";
import { ContactAnswer } from "../contacts/contact-answers.ts";

/** A list in an answer. */
export const ListAnswer = z.object({
  id: z.uuid(),
  slug: z
    .string()
    .describe("Its short name, which its first name gave it; MailerDash's API knows it by that."),
  name: z.string(),
  contactCount: z.int().describe("Exact."),
  createdAt: Time,
  updatedAt: Time.describe("When it was made or renamed."),
});

export const OneList = oneOf(ListAnswer);
export const ListsPage = manyOf(ListAnswer);
export const ListsOfContact = oneOf(
  z.array(ListAnswer.extend({ addedAt: Time.describe("When the contact was put there.") })),
);

export const ListedContacts = manyOf(ContactAnswer).extend({
  total: z.int().nullable().describe("`null` on a page that was reached by a cursor."),
  totalIsEstimate: z
    .literal(true)
    .optional()
    .describe("There are more than 10,000, and `total` is an estimate."),
});

const notFound = z.array(z.string()).describe("Ids or emails that no contact has, as they were sent.");
export const Added = oneOf(
  z.object({ added: z.int(), alreadyOn: z.int().describe("Contacts that were on the list."), notFound }),
);
export const Removed = oneOf(
  z.object({ removed: z.int(), notOn: z.int().describe("Contacts that were not on the list."), notFound }),
);
