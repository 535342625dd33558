import { FieldType } from "@roster/domain/contacts/contact-field.ts";
import { z } from "zod";

const contacts = z.int().describe("How many contacts there are.");
const field = {
  name: z.string().describe("Of a custom field `metadata.` and its key."),
  type: FieldType,
  custom: z.boolean(),
  share: z.number().describe("The part of the contacts that have it, 0 to 1."),
};

export const Fields = z.object({ success: z.literal(true), data: z.array(z.object(field)), contacts });

const complete = (what: string) =>
  z
    .boolean()
    .describe(
      `\`false\` where there are more than 10,000 ${what}: those that came first are counted, and those that are the most frequent from the next night on.`,
    );

export const FieldCoverage = z.object({
  success: z.literal(true),
  data: z.array(
    z.object({
      ...field,
      contacts: z.int().describe("How many contacts have it."),
      types: z
        .array(z.object({ type: FieldType, contacts: z.int() }))
        .describe("How many have a value of each type."),
    }),
  ),
  contacts,
  complete: complete("keys of `metadata` with their types"),
});

export const LocaleCoverage = z.object({
  success: z.literal(true),
  data: z.array(
    z.object({
      locale: z.string().nullable().describe("`null`: the contacts without one."),
      count: z.int(),
      optedIn: z.int().describe("How many of them are active."),
    }),
  ),
  complete: complete("locales"),
});
