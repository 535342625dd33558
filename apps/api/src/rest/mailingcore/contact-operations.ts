import { z } from "zod";
import { ana as anaId, bo as boId, dan as danId, exampleTime } from "../../docs/example-people.ts";
import { type Example, json, type Operation } from "../../docs/operation.ts";
import { Contact, ContactPage, LocaleCoverage } from "./answers.ts";
import { contactFields } from "./contact-body.ts";
import { leaveFields } from "./resubscribe.ts";
import { ContactPath, ListQuery } from "./wire.ts";

const path = "/contacts";
const onePath = `${path}/{idOrExternalId}`;
const tag = "Contacts";

const ana = {
  id: anaId.id,
  externalId: "crm-1",
  email: "ana@example.com",
  locale: "en",
  optIn: true,
  attributes: { plan: "pro", firstName: "Ana", lastName: "Ruiz", locale: "en", tags: ["spring"] },
  consentVersion: null,
  source: null,
  createdAt: exampleTime,
  updatedAt: exampleTime,
};

const dan = {
  ...ana,
  id: danId.id,
  externalId: "crm-4",
  email: "dan@example.com",
  attributes: { firstName: "Dan", locale: "en" },
  consentVersion: "2026-01",
};

const nobody = {
  summary: "An id or externalId that no contact has",
  path: { idOrExternalId: "crm-9" },
  refusal: { code: "not_found", what: "contact" },
} as const;

const badOptIn = {
  code: "invalid",
  issues: [{ field: "optIn", code: "invalid_type", message: "optIn is true or false." }],
} as const;

const body = { content: json(z.object({ ...contactFields, ...leaveFields })) };

/** PUT and POST do the same; a POST may have an Idempotency-Key. */
function upsert(method: "put" | "post"): Operation {
  const examples: Record<string, Example> = {
    created: {
      summary: "A new contact, with a consent",
      body: {
        externalId: "crm-4",
        email: "dan@example.com",
        locale: "en",
        consentVersion: "2026-01",
        attributes: { firstName: "Dan" },
      },
      status: 200,
      answer: dan,
    },
    updated: {
      summary: "A contact that is there",
      body: { externalId: "crm-1", attributes: { plan: null, seats: 3 } },
      status: 200,
      answer: {
        ...ana,
        attributes: { seats: 3, firstName: "Ana", lastName: "Ruiz", locale: "en", tags: ["spring"] },
      },
    },
    badOptIn: {
      summary: "An optIn that is neither true nor false",
      body: { email: "dan@example.com", optIn: "yes" },
      refusal: badOptIn,
    },
    conflict: {
      summary: "An email that belongs to another externalId",
      body: { externalId: "crm-4", email: "ana@example.com" },
      refusal: { code: "external_id_taken", externalId: "crm-4", contactId: anaId.id },
    },
    bounced: {
      summary: "An address that bounced is not brought back by a boolean",
      body: { email: "cara@example.com", optIn: true },
      refusal: { code: "cannot_reactivate", current: "bounced" },
    },
  };
  return {
    id: method === "put" ? "upsertContact" : "postContact",
    tag,
    method,
    path,
    summary: "Create or update a contact",
    description:
      "By its `externalId` if there is one, else by its email. A new contact without `optIn` is opted in only with a `consentVersion`.",
    needs: "contacts:write",
    body,
    idempotent: method === "post",
    answers: { 200: { description: "The contact as it is now", content: json(Contact) } },
    refusals: ["plan_limit_exceeded"],
    examples,
  };
}

/** One contact at a time, and the list. */
export const contactOperations: Operation[] = [
  {
    id: "listContacts",
    tag,
    method: "get",
    path,
    summary: "List contacts",
    description:
      "Newest first, by pages or by a cursor; with `updatedSince` the oldest change first, and the cursor misses no later one.",
    needs: "contacts:read",
    query: ListQuery,
    answers: { 200: { description: "A page", content: json(ContactPage) } },
    examples: {
      optedIn: {
        summary: "Who may be mailed in English",
        query: { locale: "en", optIn: "true", page: "1", limit: "50" },
        status: 200,
        answer: { data: [ana], meta: { page: 1, limit: 50, total: 1, totalPages: 1 }, cursor: null },
      },
      changed: {
        summary: "What was changed since the start of a year",
        query: { updatedSince: "2020-01-01", optIn: "true" },
        status: 200,
        answer: { data: [ana], meta: { page: 1, limit: 50, total: 1, totalPages: 1 }, cursor: "MQ" },
      },
      badTime: {
        summary: "A time that is none",
        query: { updatedSince: "yesterday" },
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "updatedSince",
              code: "invalid_union",
              message:
                "Write a time as 2026-01-31T12:00:00Z, or a date as 2026-01-31. In an address a + is written %2B.",
            },
          ],
        },
      },
    },
  },
  upsert("put"),
  upsert("post"),
  {
    id: "localeCoverage",
    tag,
    method: "get",
    path: `${path}/locale-coverage`,
    summary: "How many contacts have each locale",
    description: "Exact. Of more than 10,000 locales the most frequent are counted.",
    needs: "contacts:read",
    answers: { 200: { description: "The locales", content: json(LocaleCoverage) } },
    examples: {
      locales: {
        summary: "Two without one, who have left",
        status: 200,
        answer: [
          { locale: null, count: 2, optedIn: 0 },
          { locale: "en", count: 1, optedIn: 1 },
        ],
      },
    },
  },
  {
    id: "getContact",
    tag,
    method: "get",
    path: onePath,
    summary: "Get a contact",
    needs: "contacts:read",
    params: ContactPath,
    answers: { 200: { description: "The contact", content: json(Contact) } },
    examples: {
      byExternalId: {
        summary: "By its name in your system",
        path: { idOrExternalId: "crm-1" },
        status: 200,
        answer: ana,
      },
      byId: { summary: "By its id", path: { idOrExternalId: anaId.id }, status: 200, answer: ana },
      unknown: nobody,
    },
  },
  {
    id: "updateContact",
    tag,
    method: "patch",
    path: onePath,
    summary: "Change a contact",
    description: "Absent fields stay as they are, `null` clears. Tags replace those that were there.",
    needs: "contacts:write",
    params: ContactPath,
    body,
    answers: { 200: { description: "The contact as it is now", content: json(Contact) } },
    refusals: ["external_id_taken", "cannot_reactivate"],
    examples: {
      optedOut: {
        summary: "Ana leaves",
        path: { idOrExternalId: "crm-1" },
        body: { optIn: false },
        status: 200,
        answer: { ...ana, optIn: false },
      },
      taken: {
        summary: "An email that another contact has",
        path: { idOrExternalId: boId.id },
        body: { email: "ana@example.com" },
        refusal: { code: "email_taken", email: "ana@example.com", contactId: anaId.id },
      },
      unknown: { ...nobody, body: { optIn: false } },
    },
  },
  {
    id: "eraseContact",
    tag,
    method: "delete",
    path: onePath,
    summary: "Erase a contact",
    description: "A keyed hash of the address is all that stays, so that no import mails it again.",
    needs: "contacts:write",
    params: ContactPath,
    answers: { 204: { description: "The contact is erased" } },
    examples: {
      erased: { summary: "Ana", path: { idOrExternalId: "crm-1" }, status: 204, answer: null },
      unknown: nobody,
    },
  },
];
