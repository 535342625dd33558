import { nothingErased } from "@roster/domain/history/erasure.ts";
import { z } from "zod";
import {
  ana as anaId,
  dan as danId,
  exampleTime,
  nobody as nobodyId,
  startedJob,
} from "../../../docs/example-people.ts";
import { json, type Operation } from "../../../docs/operation.ts";
import { Done, oneOf } from "../answers.ts";
import { ErasureAnswer } from "../history/erasure-answers.ts";
import { ContactPage, OneContact } from "./contact-answers.ts";
import { ContactChange, ContactUpsert, NewContact } from "./contact-body.ts";
import { ContactPath, CreateQuery, DeleteQuery, ListQuery } from "./contact-query.ts";

const path = "/v1/contacts";
const onePath = `${path}/{id}`;
const tag = "Contacts";

/** Ana in an answer. */
export const ana = {
  id: anaId.houseId,
  email: "ana@example.com",
  name: "Ana Ruiz",
  firstName: "Ana",
  lastName: "Ruiz",
  phone: null,
  tags: ["spring"],
  metadata: { plan: "pro" },
  status: "active",
  externalId: "crm-1",
  locale: "en",
  consent: null,
  source: null,
  score: 50,
  tier: "potential",
  createdAt: exampleTime,
  updatedAt: exampleTime,
};

const dan = {
  ...ana,
  id: danId.houseId,
  email: "dan@example.com",
  name: "Dan",
  firstName: "Dan",
  lastName: null,
  tags: ["fair"],
  metadata: {},
  externalId: null,
  locale: null,
};

const nobody = {
  summary: "An id that no contact has",
  path: { id: nobodyId.houseId },
  refusal: { code: "not_found", what: "contact" },
} as const;

const created = { email: "dan@example.com", firstName: "Dan", tags: ["fair"] };

/** One contact at a time, and the list. */
export const contactOperations: Operation[] = [
  {
    id: "listContacts",
    tag,
    method: "get",
    path,
    summary: "List contacts",
    description: "Newest first unless `sort` says otherwise, by pages or by a cursor.",
    needs: "contacts:read",
    query: ListQuery,
    refusals: ["not_found"],
    answers: { 200: { description: "A page", content: json(ContactPage) } },
    examples: {
      active: {
        summary: "Who may be mailed",
        query: { status: "active", tag: "spring", limit: "50" },
        status: 200,
        answer: {
          success: true,
          data: [ana],
          pagination: { page: 1, limit: 50, total: 1, totalPages: 1 },
          cursor: null,
          hasMore: false,
        },
      },
      noSegment: {
        summary: "A segment that there is not",
        query: { segmentId: nobodyId.id },
        refusal: { code: "not_found", what: "segment" },
      },
      badStatus: {
        summary: "A status that there is not",
        query: { status: "sleepy" },
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "status",
              code: "status_invalid",
              message: "Write active, unsubscribed, bounced or complained.",
            },
          ],
        },
      },
    },
  },
  {
    id: "createContact",
    tag,
    method: "post",
    path,
    summary: "Create a contact",
    description:
      "An email or externalId that is there already is refused, unless `upsert` is `true`: then the contact is merged into. Absent fields stay as they are, `null` clears.",
    needs: "contacts:write",
    query: CreateQuery,
    body: { content: json(z.union([NewContact, ContactUpsert])) },
    idempotent: true,
    answers: {
      200: {
        description: "With `upsert`: the contact that was there, as it is now",
        content: json(OneContact),
      },
      201: { description: "The new contact", content: json(OneContact) },
    },
    refusals: ["plan_limit_exceeded", "external_id_taken"],
    examples: {
      created: {
        summary: "A new contact",
        body: created,
        status: 201,
        answer: { success: true, data: dan },
      },
      merged: {
        summary: "Merged into the contact that is there",
        query: { upsert: "true" },
        body: { externalId: "crm-1", metadata: { seats: 3 } },
        status: 200,
        answer: { success: true, data: { ...ana, metadata: { plan: "pro", seats: 3 } } },
      },
      exists: {
        summary: "An email that is there",
        body: { email: "ana@example.com" },
        refusal: { code: "contact_exists", email: "ana@example.com", contactId: anaId.id },
      },
      unknownField: {
        summary: "A field that is not known",
        body: { email: "dan@example.com", firstname: "Dan" },
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "firstname",
              code: "unknown_field",
              message: "This field is not known here. Remove it, or check its spelling.",
            },
          ],
        },
      },
    },
  },
  {
    id: "upsertContact",
    tag,
    method: "put",
    path,
    summary: "Create or update a contact",
    description: "By its `externalId` if there is one, else by its email. Tags are added.",
    needs: "contacts:write",
    body: { content: json(ContactUpsert) },
    answers: {
      200: { description: "The contact that was there, as it is now", content: json(OneContact) },
      201: { description: "The new contact", content: json(OneContact) },
    },
    refusals: ["plan_limit_exceeded", "external_id_taken"],
    examples: {
      created: {
        summary: "A new contact",
        body: created,
        status: 201,
        answer: { success: true, data: dan },
      },
      updated: {
        summary: "A contact that is there",
        body: { email: "ana@example.com", tags: ["fair"], phone: "+34 600 000 001" },
        status: 200,
        answer: { success: true, data: { ...ana, tags: ["spring", "fair"], phone: "+34 600 000 001" } },
      },
      conflict: {
        summary: "An email that belongs to another externalId",
        body: { externalId: "crm-4", email: "ana@example.com" },
        refusal: { code: "external_id_taken", externalId: "crm-4", contactId: anaId.id },
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
    answers: { 200: { description: "The contact", content: json(OneContact) } },
    examples: {
      found: {
        summary: "Ana",
        path: { id: anaId.houseId },
        status: 200,
        answer: { success: true, data: ana },
      },
      unknown: nobody,
    },
  },
  {
    id: "updateContact",
    tag,
    method: "patch",
    path: onePath,
    summary: "Change a contact",
    description:
      "Absent fields stay as they are, `null` clears. Tags replace those that were there, `metadata` is merged by key. An email stays what it is.",
    needs: "contacts:write",
    params: ContactPath,
    body: { content: json(ContactChange) },
    answers: { 200: { description: "The contact as it is now", content: json(OneContact) } },
    refusals: ["external_id_taken"],
    examples: {
      unsubscribed: {
        summary: "Ana leaves",
        path: { id: anaId.houseId },
        body: { status: "unsubscribed", metadata: { plan: null } },
        status: 200,
        answer: { success: true, data: { ...ana, status: "unsubscribed", metadata: {} } },
      },
      unknown: { ...nobody, body: { firstName: "Nobody" } },
    },
  },
  {
    id: "deleteContact",
    tag,
    method: "delete",
    path: onePath,
    summary: "Delete a contact",
    description:
      "If it was not active, or with `erase`, a keyed hash of the address stays, so that no import mails it again.",
    needs: "contacts:write",
    params: ContactPath,
    query: DeleteQuery,
    answers: {
      200: {
        description: "The contact is gone; with `erase`, the search for copies of the address has begun",
        content: json(z.union([Done, oneOf(ErasureAnswer)])),
      },
    },
    examples: {
      deleted: { summary: "Ana", path: { id: anaId.houseId }, status: 200, answer: { success: true } },
      erased: {
        summary: "Ana asked to be forgotten",
        path: { id: anaId.houseId },
        query: { erase: "true" },
        status: 200,
        answer: {
          success: true,
          data: {
            id: nobodyId.id,
            jobId: startedJob,
            done: false,
            requestedAt: exampleTime,
            finishedAt: null,
            removed: { ...nothingErased(), contacts: 1 },
          },
        },
      },
      badErase: {
        summary: "An erase that is neither true nor false",
        path: { id: anaId.houseId },
        query: { erase: "yes" },
        refusal: {
          code: "invalid",
          issues: [{ field: "erase", code: "invalid_value", message: "Write true or false." }],
        },
      },
      unknown: nobody,
    },
  },
];
