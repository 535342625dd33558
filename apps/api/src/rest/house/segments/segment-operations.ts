import { exampleTime, nobody, springSegment, usedSegment } from "../../../docs/example-people.ts";
import { json, type Operation } from "../../../docs/operation.ts";
import { Done } from "../answers.ts";
import { ana } from "../contacts/contact-operations.ts";
import { MemberPage, OneSegment, Preview, SegmentPage } from "./segment-answers.ts";
import { NewSegment, PreviewBody, SegmentChange, SegmentPath, SegmentsQuery } from "./segment-body.ts";

const path = "/v1/segments";
const onePath = `${path}/{id}`;
const tag = "Segments";

const times = { countedAt: exampleTime, createdAt: exampleTime, updatedAt: exampleTime };

/** Everybody with the tag. */
const used = {
  id: usedSegment,
  name: "Spring",
  filter: { operator: "AND", rules: [{ field: "tags", operator: "contains", value: "spring" }] },
  contactCount: 1,
  ...times,
};

/** Those of them who may be mailed. */
const spring = {
  id: springSegment,
  name: "Spring, active",
  filter: {
    operator: "AND",
    rules: [
      { field: "segment", operator: "in", value: [usedSegment] },
      { field: "status", operator: "equals", value: "active" },
    ],
  },
  contactCount: 1,
  ...times,
};

const pros = {
  operator: "AND",
  rules: [
    { field: "metadata.plan", operator: "in", value: ["pro", "team"] },
    { field: "createdAt", operator: "after", value: { daysAgo: 90 } },
    {
      operator: "OR",
      rules: [
        { field: "locale", operator: "starts_with", value: "en" },
        { field: "locale", operator: "is_empty" },
      ],
    },
  ],
};

const never = {
  code: "invalid",
  issues: [
    {
      field: "filter.rules.1",
      code: "never_matches",
      message:
        'No contact can ever be so: status equals "active" and status equals "bounced". Change it, or take it out.',
    },
  ],
} as const;

const twoStatuses = {
  operator: "AND",
  rules: [
    { field: "status", operator: "equals", value: "active" },
    { field: "status", operator: "equals", value: "bounced" },
  ],
};

const unknown = {
  summary: "An id that no segment has",
  path: { id: nobody.id },
  refusal: { code: "not_found", what: "segment" },
} as const;

/** Named questions about contacts. */
export const segmentOperations: Operation[] = [
  {
    id: "listSegments",
    tag,
    method: "get",
    path,
    summary: "List segments",
    description: "Newest first.",
    needs: "contacts:read",
    query: SegmentsQuery,
    answers: { 200: { description: "A page", content: json(SegmentPage) } },
    examples: {
      all: {
        summary: "Both",
        query: { limit: "50" },
        status: 200,
        answer: { success: true, data: [spring, used], cursor: null, hasMore: false },
      },
    },
  },
  {
    id: "createSegment",
    tag,
    method: "post",
    path,
    summary: "Create a segment",
    description:
      "Who is in it is found whenever somebody asks. A rule asks one field of a contact, a group joins rules and groups by AND or OR; `segment` with `in` and `not_in` asks for another segment's contacts. A filter that no contact could ever fulfil is refused.",
    needs: "contacts:write",
    body: { content: json(NewSegment) },
    idempotent: true,
    answers: { 201: { description: "The new segment", content: json(OneSegment) } },
    examples: {
      created: {
        summary: "Contacts of the last 90 days with a plan that is paid for",
        body: { name: "New and paying", filter: pros },
        status: 201,
        answer: {
          success: true,
          data: { ...spring, id: nobody.id, name: "New and paying", filter: pros, contactCount: 1 },
        },
      },
      never: {
        summary: "Nobody has two statuses",
        body: { name: "Nobody", filter: twoStatuses },
        refusal: never,
      },
      taken: {
        summary: "A name that another segment has",
        body: { name: "Spring", filter: used.filter },
        refusal: { code: "name_taken", what: "segment", name: "Spring" },
      },
    },
  },
  {
    id: "previewFilter",
    tag,
    method: "post",
    path: `${path}/preview`,
    summary: "Try a filter",
    description: "How many contacts it finds, and the newest of them. It keeps nothing.",
    needs: "contacts:read",
    body: { content: json(PreviewBody) },
    answers: { 200: { description: "Whom it finds now", content: json(Preview) } },
    examples: {
      found: {
        summary: "A filter",
        body: { filter: pros },
        status: 200,
        answer: { success: true, data: { count: 1, sample: [ana] } },
      },
      never: { summary: "Nobody has two statuses", body: { filter: twoStatuses }, refusal: never },
    },
  },
  {
    id: "getSegment",
    tag,
    method: "get",
    path: onePath,
    summary: "Get a segment",
    needs: "contacts:read",
    params: SegmentPath,
    answers: { 200: { description: "The segment", content: json(OneSegment) } },
    examples: {
      found: {
        summary: "A segment",
        path: { id: springSegment },
        status: 200,
        answer: { success: true, data: spring },
      },
      unknown,
    },
  },
  {
    id: "updateSegment",
    tag,
    method: "patch",
    path: onePath,
    summary: "Change a segment",
    description: "Its name, its filter, or both.",
    needs: "contacts:write",
    params: SegmentPath,
    body: { content: json(SegmentChange) },
    answers: { 200: { description: "The segment as it is now", content: json(OneSegment) } },
    refusals: ["name_taken"],
    examples: {
      renamed: {
        summary: "Another name",
        path: { id: springSegment },
        body: { name: "May be mailed in spring" },
        status: 200,
        answer: { success: true, data: { ...spring, name: "May be mailed in spring" } },
      },
      cycle: {
        summary: "A segment that would ask for itself",
        path: { id: usedSegment },
        body: {
          filter: { operator: "AND", rules: [{ field: "segment", operator: "in", value: [springSegment] }] },
        },
        refusal: {
          code: "invalid",
          issues: [
            {
              field: "filter",
              code: "segment_cycle",
              message: "Spring would ask for itself, by way of Spring, active, Spring. Take that out.",
            },
          ],
        },
      },
      unknown: { ...unknown, body: { name: "Nothing" } },
    },
  },
  {
    id: "deleteSegment",
    tag,
    method: "delete",
    path: onePath,
    summary: "Delete a segment",
    description: "Its contacts stay. One that other segments use stays too.",
    needs: "contacts:write",
    params: SegmentPath,
    answers: { 200: { description: "The segment is gone", content: json(Done) } },
    examples: {
      deleted: { summary: "A segment", path: { id: springSegment }, status: 200, answer: { success: true } },
      inUse: {
        summary: "A segment that another one uses",
        path: { id: usedSegment },
        refusal: { code: "in_use", what: "segment", usedBy: ["Spring, active"] },
      },
      unknown,
    },
  },
  {
    id: "previewSegment",
    tag,
    method: "get",
    path: `${onePath}/preview`,
    summary: "Look into a segment",
    description: "How many contacts are in it now, and the newest of them.",
    needs: "contacts:read",
    params: SegmentPath,
    answers: { 200: { description: "Who is in it now", content: json(Preview) } },
    refusals: ["invalid"],
    examples: {
      found: {
        summary: "A segment",
        path: { id: springSegment },
        status: 200,
        answer: { success: true, data: { count: 1, sample: [ana] } },
      },
      unknown,
    },
  },
  {
    id: "refreshSegment",
    tag,
    method: "post",
    path: `${onePath}/refresh`,
    summary: "Count a segment's contacts anew",
    needs: "contacts:write",
    params: SegmentPath,
    idempotent: true,
    answers: { 200: { description: "The segment with its new count", content: json(OneSegment) } },
    refusals: ["invalid"],
    examples: {
      counted: {
        summary: "A segment",
        path: { id: springSegment },
        status: 200,
        answer: { success: true, data: spring },
      },
      unknown,
    },
  },
  {
    id: "listSegmentMembers",
    tag,
    method: "get",
    path: `${onePath}/members`,
    summary: "List the contacts in a segment",
    description: "Newest first, as they are now.",
    needs: "contacts:read",
    params: SegmentPath,
    query: SegmentsQuery,
    answers: { 200: { description: "A page", content: json(MemberPage) } },
    examples: {
      found: {
        summary: "A segment",
        path: { id: springSegment },
        query: { limit: "50" },
        status: 200,
        answer: { success: true, data: [ana], cursor: null, hasMore: false },
      },
      unknown,
    },
  },
];
