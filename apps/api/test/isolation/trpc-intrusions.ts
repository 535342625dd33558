import {
  ana,
  bo,
  cara,
  doneErasure,
  eventSource,
  healthJob,
  importJob,
  opensRule,
  queuedJob,
  springList,
  springSegment,
  stoppedJob,
  suppressedFay,
  usedSegment,
} from "../../src/docs/example-people.ts";
import { appRouter } from "../../src/trpc/router.ts";
import type { Intrusion } from "./intruder.ts";
import { spareKey, tenantSlug, uploadedFile, uploadedIds } from "./owner-world.ts";

const asked = (field: string, value: unknown) => ({
  operator: "AND",
  rules: [{ field, operator: typeof value === "string" ? "equals" : "in", value }],
});

/** Calls about what is the owner's, in an order in which the owner can do all of them. */
const calls: [procedure: string, input: unknown, ownersStatus?: number][] = [
  ["contacts.list", {}],
  ["contacts.list", { tags: ["spring"] }],
  ["contacts.list", { updatedSince: "2020-01-01" }],
  ["contacts.exportPage", {}],
  ["contacts.get", { id: ana.id }],
  ["contacts.get", { id: { email: "ana@example.com" } }],
  ["contacts.get", { id: { idOrExternalId: "crm-1" } }],
  ["contacts.lookup", { emails: ["ana@example.com"], externalIds: ["crm-1"] }],
  ["contacts.knownEmails", { emails: ["ana@example.com"] }],
  ["contacts.fields", undefined],
  ["contacts.duplicates", {}],
  ["contacts.findDuplicates", {}],
  ["contacts.localeCoverage", undefined],
  ["contacts.changes", {}],
  ["engagement.get", { id: ana.id }],
  ["settings.get", undefined],
  ["contacts.list", { listId: springList }],
  ["contacts.exportPage", { listId: springList }],
  ["lists.list", {}],
  ["lists.all", undefined],
  ["lists.get", { id: springList }],
  ["lists.get", { id: { slug: "spring-fair" } }],
  ["lists.ofContact", { contact: ana.id }],
  ["contacts.score", { id: ana.id }],
  ["scoring.rules.list", undefined],
  ["scoring.rules.get", { id: opensRule }],
  ["jobs.list", {}],
  ["jobs.get", { id: importJob }],
  ["jobs.failures", { id: importJob }],
  ["jobs.previewUndo", { id: importJob }],
  ["jobs.watch", { id: importJob }],
  ["health.stats", undefined],
  ["health.runs", {}],
  ["health.findings", {}],
  ["health.findings", { runId: healthJob, class: "unengaged" }],
  ["eventSources.list", {}],
  ["eventSources.get", { id: eventSource }],
  ["keys.list", {}],
  ["keys.list", { tenant: tenantSlug }],
  ["tenants.list", undefined],
  ["plan.get", undefined],
  ["contacts.create", { email: "bo@example.com", externalId: "crm-1" }, 409],
  ["contacts.create", { email: "new@example.com" }],
  ["contacts.upsert", { email: "ana@example.com", externalId: "crm-1" }],
  ["contacts.upsertMany", { contacts: [{ email: "ana@example.com" }, { externalId: "crm-1" }] }],
  ["contacts.update", { id: ana.id, firstName: "Mine" }],
  ["contacts.update", { id: { email: "ana@example.com" }, firstName: "Mine" }],
  ["contacts.changeNow", { ids: [ana.id], change: { action: "add_tags", tags: ["mine"] } }],
  ["contacts.bulk", { ids: [ana.id], change: { action: "delete" } }],
  ["contacts.bulk", { uploadId: uploadedIds, change: { action: "delete" } }],
  ["contacts.bulk", { filter: { createdJob: importJob }, change: { action: "delete" } }],
  ["imports.upload", null],
  ["imports.preview", { uploadId: uploadedFile }],
  ["imports.start", { uploadId: uploadedFile }],
  ["health.change", { runId: healthJob, reason: "never_opened", action: "tag", tag: "idle" }],
  ["health.run", {}],
  ["contacts.upsertMany", { contacts: [{ email: "ana@example.com" }], listId: springList }],
  ["contacts.changeNow", { ids: [ana.id], change: { action: "update", addToLists: [springList] } }],
  ["contacts.bulk", { filter: { listId: springList }, change: { action: "unsubscribe" } }],
  ["lists.create", { name: "Spring fair" }, 409],
  ["lists.rename", { id: springList, name: "Mine" }],
  ["lists.duplicate", { id: springList }],
  ["lists.addContacts", { id: springList, ids: [ana.id, cara.id] }],
  ["lists.removeContacts", { id: springList, emails: ["ana@example.com"] }],
  ["lists.removeContact", { id: { slug: "spring-fair" }, contact: { id: bo.id } }],
  ["lists.delete", { ids: [springList] }],
  ["scoring.rules.create", { name: "Mine", eventType: "clicked", scoreDelta: 5 }],
  ["scoring.rules.update", { id: opensRule, scoreDelta: 20 }],
  ["scoring.rules.delete", { id: opensRule }],
  ["scoring.rescore", {}],
  ["jobs.cancel", { id: queuedJob }],
  ["jobs.retry", { id: stoppedJob }],
  ["jobs.undo", { id: importJob }],
  ["contacts.timeline", { id: ana.id }],
  ["segments.list", {}],
  ["contacts.list", { segmentId: springSegment }],
  ["contacts.list", { segmentId: springSegment, updatedSince: "2020-01-01" }],
  ["contacts.exportPage", { segmentId: springSegment }],
  ["contacts.bulk", { filter: { segmentId: springSegment }, change: { action: "delete" } }],
  ["segments.tryFilter", { filter: asked("list", [springList]) }],
  ["segments.create", { name: "Theirs", filter: asked("list", [springList]) }],
  ["segments.get", { id: springSegment }],
  ["segments.preview", { id: springSegment }],
  ["segments.members", { id: springSegment }],
  ["segments.tryFilter", { filter: asked("status", "active") }],
  ["segments.tryFilter", { filter: asked("segment", [usedSegment]) }],
  ["segments.refresh", { id: springSegment }],
  ["segments.create", { name: "Spring", filter: asked("status", "active") }, 409],
  ["segments.create", { name: "Mine", filter: asked("segment", [usedSegment]) }],
  ["segments.update", { id: springSegment, name: "Mine too" }],
  ["segments.update", { id: springSegment, filter: asked("status", "active") }],
  ["segments.delete", { id: usedSegment }, 409],
  ["segments.delete", { id: springSegment }],
  ["contacts.data", { id: ana.id }],
  ["suppressions.list", {}],
  ["suppressions.list", { email: "fay@example.com" }],
  ["suppressions.check", { emails: ["fay@example.com", "ana@example.com"] }],
  ["suppressions.remove", { named: "fay@example.com" }, 400],
  ["suppressions.remove", { named: suppressedFay, force: true }],
  ["suppressions.add", { emails: ["fay@example.com", "ana@example.com"] }],
  ["events.record", { events: [{ type: "complained", contactId: ana.id, campaignId: "mine" }] }],
  ["settings.update", { activeDays: 5 }],
  ["erasures.list", {}],
  ["erasures.get", { id: doneErasure }],
  ["erasures.start", { email: "fay@example.com" }],
  ["contacts.delete", { id: bo.id }],
  ["contacts.delete", { id: { email: "cara@example.com" }, erase: true }],
  ["contacts.delete", { id: cara.id }, 404],
  ["contacts.deleteByEmail", { emails: ["ana@example.com"] }],
  ["eventSources.create", { name: "Newsletter sender", provider: "sendgrid" }, 409],
  ["eventSources.update", { id: eventSource, name: "Mine" }],
  ["eventSources.rotate", { id: eventSource }],
  ["eventSources.delete", { id: eventSource }],
  ["keys.create", { tenant: tenantSlug, scopes: ["contacts"] }],
  ["keys.revoke", { id: spareKey }],
  ["tenants.create", { slug: tenantSlug }, 409],
  ["tenants.rename", { tenant: tenantSlug, slug: "renamed" }],
];

const flat = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>;

export const trpcIntrusions: (Intrusion & {
  procedure: string;
  title: string;
  /** What the owner is answered, where it is not 200. */
  ownersStatus?: number;
})[] = calls.map(([procedure, input, ownersStatus]) => {
  const path = `/trpc/${procedure}`;
  const told = { procedure, title: JSON.stringify(input) ?? "", ...(ownersStatus && { ownersStatus }) };
  if (procedure === "imports.upload") {
    const headers = { "Content-Type": "application/octet-stream" };
    return { ...told, method: "POST", address: path, options: { body: "email\n", headers } };
  }
  if (flat[procedure]?._def.type === "mutation") {
    return { ...told, method: "POST", address: path, options: { json: input } };
  }
  // Names stand in it that are no part of an address: they are put in before it is sent.
  const query = input === undefined ? "" : `?input=${JSON.stringify(input)}`;
  return { ...told, method: "GET", address: path + query, options: {} };
});
