import { upsertLimit } from "@roster/domain/contacts/write-policy.ts";
import { lookUpContacts, lookupLimit } from "@roster/usecases/contacts/contact-lookup.ts";
import { lookUpEmails } from "@roster/usecases/contacts/contacts-by-email.ts";
import { coverageByField, coverageByLocale } from "@roster/usecases/contacts/coverage.ts";
import { z } from "zod";
import { shownContact } from "./contact-output.ts";
import { procedure } from "./init.ts";

const texts = (limit: number) =>
  z.array(z.string()).max(limit, `At most ${limit} fit in one call. Split them.`);

/** Up to 10,000 addresses, as they were written. */
export const Emails = z.strictObject({ emails: texts(upsertLimit) });

const Lookup = z
  .strictObject({ emails: texts(lookupLimit).optional(), externalIds: texts(lookupLimit).optional() })
  .refine(
    ({ emails, externalIds }) => emails !== undefined || externalIds !== undefined,
    "Say whom you look for: send emails, externalIds, or both.",
  );

/** Who is there, and what is known of them. What reads a list is a mutation: it may be too long for an address. */
export const lookingUp = {
  /** The contacts with these emails or externalIds, and those of the texts that no contact has. */
  lookup: procedure.input(Lookup).mutation(async ({ ctx, input: { emails = [], externalIds = [] } }) => {
    const { found, notFound } = await lookUpContacts(ctx.deps, ctx.scope, { emails, externalIds });
    return { found: found.map(shownContact), notFound };
  }),

  /** Which of these addresses contacts have: the distinct valid ones, and those of them that are there. */
  knownEmails: procedure
    .input(Emails)
    .mutation(({ ctx, input }) => lookUpEmails(ctx.deps, ctx.scope, input.emails)),

  /** The fields that contacts have, the custom ones too, and how many contacts have each, with values of which types. */
  fields: procedure.query(({ ctx }) => coverageByField(ctx.deps, ctx.scope)),

  /** How many contacts have each locale, or none, and how many of them may be mailed. */
  localeCoverage: procedure.query(({ ctx }) => coverageByLocale(ctx.deps, ctx.scope)),
};
