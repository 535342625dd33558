import { clearOverlay, readOverlay } from "@roster/domain/contacts/attribute-overlay.ts";
import type { Json } from "@roster/domain/contacts/attributes.ts";
import type { ContactInput } from "@roster/domain/contacts/contact.ts";
import { parseEmail } from "@roster/domain/email/email.ts";
import { z } from "zod";
import { checked } from "../../input-issue.ts";

const missing = "The email is missing. Send one, such as ann@example.com.";

const Email = z
  .string({
    error: ({ input }) => (input === undefined || input === null ? missing : "An email is a text."),
  })
  .transform((text, context) => {
    const email = parseEmail(text);
    if (email.ok) return email.email;
    context.addIssue({ code: "custom", params: { code: email.code }, message: email.message });
    return z.NEVER;
  });

const Data = z
  .custom<Readonly<Record<string, Json>> | null>(
    (data) => data === null || isObject(data),
    "data is an object.",
  )
  .transform((data, context): ContactInput => {
    const input: ContactInput = {};
    if (data === null) clearOverlay(input);
    else {
      for (const { field, code, message } of readOverlay(withoutEmpty(data), input)) {
        context.addIssue({ code: "custom", params: { code }, path: field === null ? [] : [field], message });
      }
    }
    return input;
  })
  .meta({
    type: ["object", "null"],
    additionalProperties: true,
    description:
      "Custom fields, merged by key: `null` deletes one, an empty text says nothing. `firstName`, `lastName`, `phone`, `locale` (texts) and `tags` (a list of texts) are the contact's own fields.",
  });

const fields = {
  subscribed: z.boolean("subscribed is true or false.").optional(),
  data: Data.optional(),
};

/** The body of a POST; fields that this API does not know are ignored. */
export const NewContact = z.object({ email: Email, ...fields }).transform(inputOf);

/** The body of a PATCH. */
export const ContactChange = z.object({ email: Email.optional(), ...fields }).transform(inputOf);

function inputOf({
  email,
  subscribed,
  data,
}: {
  email?: string | undefined;
  subscribed?: boolean | undefined;
  data?: ContactInput | undefined;
}): ContactInput {
  return {
    ...data,
    ...(email !== undefined && { email }),
    ...(subscribed !== undefined && { status: subscribed }),
  };
}

/**
 * Reads the body of one contact; one that is no object says nothing.
 * @throws Refused invalid, with every issue
 */
export function readContactBody(
  schema: typeof NewContact | typeof ContactChange,
  body: unknown,
): ContactInput {
  return checked(schema, isObject(body) ? body : {});
}

/** In this dialect `""` says nothing, and what would be it after trimming neither. */
function withoutEmpty(data: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(data).filter(([, value]) => typeof value !== "string" || value.trim() !== ""),
  );
}

function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
