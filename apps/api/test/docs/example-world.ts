import { randomUUID } from "node:crypto";
import type { KeyPrefix, Scope, TenantScope } from "@roster/domain/accounts/scope.ts";
import type { ContactInput } from "@roster/domain/contacts/contact.ts";
import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import type { SegmentFilter } from "@roster/domain/segments/segment-filter.ts";
import { authenticate } from "@roster/usecases/accounts/authentication.ts";
import type { NewKey } from "@roster/usecases/accounts/keys.ts";
import { upsertContact } from "@roster/usecases/contacts/contacts.ts";
import { mergeContacts } from "@roster/usecases/duplicates/merges.ts";
import { createEventSource } from "@roster/usecases/events/event-sources.ts";
import { recordEvents } from "@roster/usecases/events/events.ts";
import { eraseAddress } from "@roster/usecases/history/erasures.ts";
import { addToList } from "@roster/usecases/lists/list-members.ts";
import { createList } from "@roster/usecases/lists/lists.ts";
import { createScoringRule } from "@roster/usecases/scores/scoring-rules.ts";
import { createSegment } from "@roster/usecases/segments/segments.ts";
import { addSuppressions, listSuppressions } from "@roster/usecases/suppressions/suppressions.ts";
import { testWebhook } from "@roster/usecases/webhooks/webhook-log.ts";
import { createWebhook } from "@roster/usecases/webhooks/webhooks.ts";
import {
  ana,
  bo,
  bulkJob,
  cara,
  doneErasure,
  doneMerge,
  duplicateJob,
  eve,
  eventSource,
  healthJob,
  importedCsv,
  importJob,
  nobody,
  opensRule,
  queuedJob,
  springLetter,
  springList,
  springSegment,
  stoppedJob,
  suppressedFay,
  testDelivery,
  usedSegment,
  webhook,
} from "../../src/docs/example-people.ts";
import type { Example } from "../../src/docs/operation.ts";
import type { CallOptions, RunningApi } from "../running-api.ts";

/** A tenant in which everything is as the examples say, under ids of its own. */
export type ExampleWorld = {
  key: NewKey;
  /** The documents' ids and names, each with the one that it has in this tenant. */
  here: ReadonlyMap<string, string>;
};

const people: [person: { id: string; houseId: string }, input: ContactInput][] = [
  [
    ana,
    {
      email: "ana@example.com",
      firstName: "Ana",
      lastName: "Ruiz",
      externalId: "crm-1",
      locale: "en",
      tags: ["spring"],
      attributes: { plan: "pro" },
    },
  ],
  [bo, { email: "bo@example.com", status: "unsubscribed" }],
  [cara, { email: "cara@example.com", status: "bounced" }],
];

/** Each job of the documents: how it comes to be, and whether it has been worked on. */
const jobs = [
  { id: importJob, start: importing(importedCsv), isDone: true },
  { id: queuedJob, start: importing(importedCsv), isDone: false },
  { id: stoppedJob, start: importing(importedCsv, "?stopAfterFailures=1"), isDone: true },
  {
    id: bulkJob,
    start: [
      "/v1/contacts/bulk",
      { json: { ids: [ana.id, cara.id, nobody.id], change: { action: "unsubscribe" } } },
    ],
    isDone: true,
  },
  { id: duplicateJob, start: ["/v1/contacts/duplicates/run", { json: {} }], isDone: true },
  { id: healthJob, start: ["/v1/contacts/health/run", { json: {} }], isDone: true },
] as const satisfies { id: string; start: [path: string, options: CallOptions]; isDone: boolean }[];

/** The segments of the documents, each behind those that it uses. */
const segments: { id: string; name: string; filter: SegmentFilter }[] = [
  {
    id: usedSegment,
    name: "Spring",
    filter: { operator: "AND", rules: [{ field: "tags", operator: "contains", value: "spring" }] },
  },
  {
    id: springSegment,
    name: "Spring, active",
    filter: {
      operator: "AND",
      rules: [
        { field: "segment", operator: "in", value: [usedSegment] },
        { field: "status", operator: "equals", value: "active" },
      ],
    },
  },
];
const shop: Parameters<typeof createWebhook>[2] = {
  url: "https://example.com/roster",
  description: "The shop",
  events: ["contact.updated", "contact.deleted", "import.completed"],
  includeImports: false,
  isActive: true,
};

function importing(body: string, query = ""): [path: string, options: CallOptions] {
  return [`/v1/contacts/imports${query}`, { body, headers: { "Content-Type": "text/csv" } }];
}

/** @param example its jobs are made too */
export async function exampleWorld(
  api: RunningApi,
  { prefix, example, scopes = ["admin"] }: { prefix: KeyPrefix; example: Example; scopes?: Scope[] },
): Promise<ExampleWorld> {
  const tenant = `t${randomUUID()}`;
  const key = await api.newKey({ tenant, prefix, scopes });
  const owner = await api.newKey({ tenant });
  const scope = await authenticate(api.deps, owner.key, undefined);
  const here = new Map([["default", tenant]]);
  for (const [person, input] of people) {
    const { contact } = await upsertContact(api.deps, scope, input);
    here.set(person.id, contact.id).set(person.houseId, toHouseId(contact.id));
  }
  await addSuppressions(api.deps, scope, {
    emails: ["fay@example.com"],
    status: "complained",
    reason: "added",
  });
  const { entries } = await listSuppressions(api.deps, scope, { limit: 1 });
  here.set(suppressedFay, entries[0]!.id);
  const list = await createList(api.deps, scope, { name: "Spring fair" });
  await addToList(api.deps, scope, list.id, { emails: ["ana@example.com", "bo@example.com"] });
  here.set(springList, list.id);
  for (const { id, name, filter } of segments) {
    const made = JSON.parse(translated(JSON.stringify(filter), here));
    here.set(id, (await createSegment(api.deps, scope, { name, filter: made })).id);
  }
  const mentioned = JSON.stringify(example);
  if (mentioned.includes(springLetter)) {
    const event = { email: "ana@example.com", campaignId: springLetter, campaignName: "Spring letter" };
    await recordEvents(api.deps, scope, {
      events: [
        { ...event, type: "sent" },
        { ...event, type: "opened" },
      ],
    });
  }
  if (mentioned.includes(doneErasure)) {
    const { id, jobId } = await eraseAddress(api.deps, scope, "gil@example.com");
    await api.work(jobId, owner.tenantId);
    here.set(doneErasure, id);
  }
  for (const { id, start, isDone } of jobs) {
    if (!mentioned.includes(id)) continue;
    const [path, options] = start;
    if (id === duplicateJob) await shareOnePhone(api, scope);
    if (id === healthJob) await idleAna(api, owner.tenantId);
    const { body } = await api.call("POST", path, { ...translatedOptions(options, here), key: owner.key });
    const { jobId } = body.data;
    if (isDone) await api.work(jobId, owner.tenantId);
    here.set(id, jobId);
  }
  if (mentioned.includes(doneMerge)) {
    const { contact } = await upsertContact(api.deps, scope, {
      ...{ email: "eve@example.com", phone: "+49 30 987654" },
    });
    here.set(eve.id, contact.id).set(eve.houseId, toHouseId(contact.id));
    const wish = { keep: here.get(ana.id)!, merge: [contact.id] };
    here.set(doneMerge, (await mergeContacts(api.deps, scope, wish)).merge.id);
  }
  if (mentioned.includes(opensRule)) here.set(opensRule, await scoringRule(api, scope));
  if (mentioned.includes(eventSource)) {
    const wish = { name: "Newsletter sender", provider: "postmark", settings: { basicAuth: true } } as const;
    const { source } = await createEventSource(api.deps, scope, wish);
    here.set(eventSource, source.id);
  }
  if (mentioned.includes(webhook)) {
    const made = await createWebhook(api.deps, scope, shop);
    here.set(webhook, made.id);
    if (mentioned.includes(testDelivery)) {
      here.set(testDelivery, (await testWebhook(api.deps, scope, made.id)).id);
    }
  }
  return { key, here };
}

/** Gives Ana and Bo one phone, each as people write it. */
async function shareOnePhone({ deps }: RunningApi, scope: TenantScope): Promise<void> {
  for (const email of ["ana@example.com", "bo@example.com"]) {
    await upsertContact(deps, scope, { email, phone: "+49 30 123456" });
  }
}

/** Makes Ana somebody who opens nothing. */
async function idleAna({ deps: { sql } }: RunningApi, tenantId: string): Promise<void> {
  await sql`
    insert into engagement (tenant_id, contact_id, sent)
    select tenant_id, id, 6 from contacts where tenant_id = ${tenantId} and email = 'ana@example.com'
    on conflict (tenant_id, contact_id) do update set sent = 6, opened = 0, last_opened_at = null`;
}

async function scoringRule({ deps }: RunningApi, scope: TenantScope): Promise<string> {
  const { rule } = await createScoringRule(deps, scope, {
    name: "Opened this spring",
    eventType: "opened",
    description: null,
    condition: { withinDays: 90, "metadata.plan": { equals: "pro" } },
    scoreDelta: 10,
    isActive: true,
    priority: 0,
  });
  return rule.id;
}

/** A text of the documents under the ids of a world. */
export function translated(text: string, here: ReadonlyMap<string, string>): string {
  return [...here].reduce((done, [documented, actual]) => {
    return documented === "default" ? done : done.replaceAll(documented, actual);
  }, text);
}

function translatedOptions(
  { json, ...options }: CallOptions,
  here: ReadonlyMap<string, string>,
): CallOptions {
  return json === undefined
    ? options
    : { ...options, json: JSON.parse(translated(JSON.stringify(json), here)) };
}
