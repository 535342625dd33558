import { z } from "zod";
import { bo as boId, exampleTime, nobody, springList } from "../../../docs/example-people.ts";
import { json, type Operation } from "../../../docs/operation.ts";
import { oneOf, Time } from "../answers.ts";
import { ContactAnswer } from "../contacts/contact-answers.ts";
import { ana } from "../contacts/contact-operations.ts";
import { ContactPath } from "../contacts/contact-query.ts";
import { suppressionEntry } from "../suppressions/suppression-answers.ts";

const Data = z.object({
  contact: ContactAnswer,
  suppression: z.object(suppressionEntry).nullable().describe("The address's entry on the suppression list."),
  records: z
    .record(z.string(), z.array(z.record(z.string(), z.unknown())))
    .describe(
      "All rows that belong to the contact, by table: `statusChanges`, `engagement`, `campaignSends`, `events`, `listMembers` and whatever else there is.",
    ),
  copies: z
    .object({
      failedRows: z.array(z.object({ jobId: z.uuid(), row: z.int() })),
      answers: z.array(z.string()).describe("The Idempotency-Keys of requests whose kept answers hold it."),
      files: z.array(
        z.object({
          uploadId: z.uuid(),
          name: z.string().nullable(),
          receivedAt: Time,
          jobId: z.uuid().nullable(),
          looked: z
            .boolean()
            .describe("`false`: it may hold the address; too long to look through, or not readable."),
        }),
      ),
    })
    .describe("Copies of the address that are kept for some days and then removed by themselves."),
});

const bo = {
  ...ana,
  id: boId.houseId,
  email: "bo@example.com",
  name: null,
  firstName: null,
  lastName: null,
  tags: [],
  metadata: {},
  status: "unsubscribed",
  externalId: null,
  locale: null,
};

export const contactDataOperations: Operation[] = [
  {
    id: "getContactData",
    tag: "Contacts",
    method: "get",
    path: "/v1/contacts/{id}/data",
    summary: "Get everything that is held about a contact",
    description:
      "For a person who asks for it: profile, history, engagement, lists, and where copies of the address are.",
    needs: "contacts:read",
    params: ContactPath,
    answers: { 200: { description: "Everything", content: json(oneOf(Data)) } },
    examples: {
      bo: {
        summary: "Bo, who is on a list",
        path: { id: boId.houseId },
        status: 200,
        answer: {
          success: true,
          data: {
            contact: bo,
            suppression: null,
            records: { listMembers: [{ listId: springList, addedAt: exampleTime, addedJob: null }] },
            copies: { failedRows: [], answers: [], files: [] },
          },
        },
      },
      unknown: {
        summary: "An id that no contact has",
        path: { id: nobody.houseId },
        refusal: { code: "not_found", what: "contact" },
      },
    },
  },
];
