import { z } from "zod";
import type { Route } from "../every-route.ts";
import type { Json } from "../running-api.ts";

const text = z.string().min(1);
const strict = z.strictObject;

const mailerdash = strict({
  error: strict({
    type: text,
    code: text,
    message: text,
    param: text.optional(),
    details: z.array(strict({ param: text, message: text })).optional(),
  }),
});
const plunk = strict({
  success: z.literal(false),
  error: strict({
    code: text,
    message: text,
    statusCode: z.int(),
    requestId: text,
    errors: z.array(strict({ field: text, code: text, message: text })).optional(),
    suggestion: text.optional(),
  }),
  timestamp: z.iso.datetime(),
});
const mailingcore = strict({
  statusCode: z.int(),
  message: text,
  path: text,
  timestamp: z.iso.datetime(),
});
const misar = strict({
  success: z.literal(false),
  error: text,
  code: text,
  details: strict({
    fieldErrors: z.record(z.string(), z.array(text).min(1)),
    formErrors: z.array(text),
  }).optional(),
  contactId: text.optional(),
  retryAfter: z.int().optional(),
});

/** Where each dialect lives, the first prefix that fits: its folder, and how it says that it turns a request down. */
const dialects = [
  { prefix: "/v1/bulk", folder: "mailerdash", envelope: mailerdash },
  { prefix: "/api/v1", folder: "misar", envelope: misar },
  { prefix: "/mail/api/v1", folder: "misar", envelope: misar },
  { prefix: "/v1", folder: "house", envelope: misar },
  { prefix: "/mail/v1", folder: "house", envelope: misar },
] as const;

export type DialectFacts = { folder: string; envelope: z.ZodType };

/**
 * Whose a request is, as the contract says it.
 * @throws Error for a path of which nothing is known here
 */
export function dialectOf(
  { path }: Pick<Route, "path">,
  { isMailingcore }: { isMailingcore: boolean },
): DialectFacts {
  if (path === "/contacts" || path.startsWith("/contacts/")) {
    return isMailingcore
      ? { folder: "mailingcore", envelope: mailingcore }
      : { folder: "plunk", envelope: plunk };
  }
  const found = dialects.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
  if (found === undefined) throw new Error(`Whose envelope has ${path}? Add its dialect here.`);
  return found;
}

/** A field that was turned down, and what was said about it. */
export type Fault = { field: string; message: string };

/** The faults that an answer names, in whatever envelope. */
export function faultsIn(answer: Json): Fault[] {
  const byField = Object.entries<string[]>(answer?.details?.fieldErrors ?? {});
  return [
    ...byField.map(([field, messages]) => ({ field, message: messages.join() })),
    ...(answer?.error?.errors ?? []),
    ...(answer?.error?.data?.details?.issues ?? []),
    ...(answer?.error?.details ?? []).map(({ param, message }: Json) => ({ field: param, message })),
    // MailingCore's sentence for each field begins with its name.
    ...(typeof answer?.statusCode === "number" ? answer.message.split("; ") : []).map((sentence: string) => ({
      field: sentence.split(": ", 1)[0]!,
      message: sentence.slice(sentence.indexOf(": ")),
    })),
  ];
}

const trpcError = strict({
  error: strict({
    message: text,
    code: z.int(),
    data: z.looseObject({
      code: text,
      httpStatus: z.int(),
      refusal: text.nullable(),
      details: z.unknown(),
    }),
  }),
});

/** tRPC's answer to a call that failed, or to several of which some did. */
export const trpcAnswer = z.union([
  trpcError,
  z.array(z.union([trpcError, z.object({ result: z.unknown() })])),
]);
