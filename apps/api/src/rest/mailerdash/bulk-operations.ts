import { upsertLimit } from "@roster/domain/contacts/write-policy.ts";
import { z } from "zod";
import { json, type Operation } from "../../docs/operation.ts";
import { DeletionReport, ImportPreview, ImportReport } from "./answers.ts";
import { BareEmails, EmailsBody, ImportQuery } from "./bulk-body.ts";
import { NewContact } from "./contact-body.ts";

const path = "/v1/bulk/contacts";
const tag = "Many contacts";
const many = `At most ${upsertLimit} in one request.`;

/** Many contacts in one request. */
export const bulkOperations: Operation[] = [
  {
    id: "importContacts",
    tag,
    method: "post",
    path: `${path}/import`,
    summary: "Import contacts",
    description:
      "Each item is created, merged into the contact of its email, or fails alone. Contacts that unsubscribed, bounced or complained stay so, unless the query has `resubscribe` and `consent`.",
    needs: "contacts:write",
    query: ImportQuery,
    body: { content: json(z.array(NewContact).max(upsertLimit)), description: many },
    idempotent: true,
    answers: { 207: { description: "What became of the items", content: json(ImportReport) } },
    refusals: ["too_many_items", "plan_limit_exceeded"],
    examples: {
      mixed: {
        summary: "One new, one known, one that is no contact",
        body: [
          { email: "dan@example.com", name: "Dan", metadata: { plan: "free" } },
          { email: "ana@example.com", name: "Ana García" },
          { email: "nonsense" },
        ],
        status: 207,
        answer: {
          created: 1,
          updated: 1,
          failed: 1,
          errors: [
            { index: 2, email: "nonsense", error: "email: The address has no @. Write it as name@domain." },
          ],
        },
      },
      consent: {
        summary: "People who agreed to hear from us again",
        query: { resubscribe: "true", consent: "Sign-up form of the spring fair" },
        body: [{ email: "bo@example.com" }],
        status: 207,
        answer: { created: 0, updated: 1, failed: 0, errors: [] },
      },
      noList: {
        summary: "One contact instead of a list",
        body: { email: "ana@example.com" },
        refusal: {
          code: "invalid",
          issues: [{ field: "body", code: "invalid_type", message: "Send a JSON array of contacts." }],
        },
      },
    },
  },
  {
    id: "previewImport",
    tag,
    method: "post",
    path: `${path}/import-preview`,
    summary: "See which contacts are there already",
    description:
      "Changes nothing. Takes `{emails}`, or a bare list of addresses or of objects with an `email`.",
    needs: "contacts:read",
    body: { content: json(z.union([EmailsBody, BareEmails])), description: many },
    answers: { 200: { description: "Which of them exist", content: json(ImportPreview) } },
    refusals: ["too_many_items"],
    examples: {
      emails: {
        summary: "Addresses",
        body: { emails: ["ana@example.com", "ANA@example.com", "dan@example.com"] },
        status: 200,
        answer: { existing: ["ana@example.com"], total_unique: 2, total_received: 3 },
      },
      contacts: {
        summary: "The list that an import would get",
        body: [{ email: "ana@example.com" }, { email: "dan@example.com" }],
        status: 200,
        answer: { existing: ["ana@example.com"], total_unique: 2, total_received: 2 },
      },
      noEmails: {
        summary: "Addresses that are not in a list",
        body: { emails: "ana@example.com" },
        refusal: {
          code: "invalid",
          issues: [{ field: "emails", code: "invalid_type", message: "Send a JSON list of emails." }],
        },
      },
    },
  },
  {
    id: "deleteContacts",
    tag,
    method: "post",
    path: `${path}/delete`,
    summary: "Delete contacts",
    description: "In one transaction: either all that are there are gone, or none.",
    needs: "contacts:write",
    body: { content: json(EmailsBody), description: many },
    idempotent: true,
    answers: { 200: { description: "What became of the addresses", content: json(DeletionReport) } },
    refusals: ["too_many_items"],
    examples: {
      deleted: {
        summary: "One that is there, one that is not",
        body: { emails: ["ana@example.com", "nobody@example.com"] },
        status: 200,
        answer: { requested: 2, deleted: 1, not_found: ["nobody@example.com"], forbidden: [] },
      },
      noEmails: {
        summary: "No list",
        body: {},
        refusal: {
          code: "invalid",
          issues: [{ field: "emails", code: "invalid_type", message: "Send a JSON list of emails." }],
        },
      },
    },
  },
];
