import { ConsentText, type Resubscribe } from "@roster/domain/contacts/status.ts";
import { z } from "zod";
import { checked } from "../../input-issue.ts";

/** A caller's leave, as it stands in a body or a query. */
export const leaveFields = {
  resubscribe: z
    .union([z.boolean(), z.enum(["true", "false"]).transform((word) => word === "true")], {
      error: "resubscribe is true or false.",
    })
    .default(false)
    .describe("With a `consent`: brings back who unsubscribed or bounced."),
  consent: ConsentText.optional().describe("The text that the person agreed to; kept in the history."),
};

const Leave = z
  .object(leaveFields)
  .refine(({ resubscribe, consent }) => resubscribe === (consent !== undefined), {
    path: ["consent"],
    message:
      "resubscribe and consent go together: send resubscribe: true with the text of the consent, or neither.",
  });

/**
 * A caller's leave to bring people back who left or bounced.
 * @param given `resubscribe` and `consent`, from a body or a query
 * @throws Refused invalid where one comes without the other
 */
export function readResubscribe(given: { resubscribe?: unknown; consent?: unknown }): Resubscribe | null {
  const { consent } = checked(Leave, given);
  return consent === undefined ? null : { consent };
}
