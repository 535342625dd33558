import { expectTypeOf, test } from "vitest";
import type { Contact, createRosterClient, Job } from "../src/client.ts";

type Client = ReturnType<typeof createRosterClient>;

/**
 * What a front end writes, for the compiler alone. A line under `@ts-expect-error` has to be refused: should the types become
 * any, nothing is refused and the compiler complains of each of these marks.
 */
async function frontEnd(client: Client): Promise<void> {
  // @ts-expect-error: a misspelt field of a contact
  await client.contacts.upsert.mutate({ emial: "ann@example.com" });
  // @ts-expect-error: a field that is none, beside one that is
  await client.contacts.upsert.mutate({ email: "ann@example.com", fristName: "Ann" });
  // @ts-expect-error: a status that is none
  await client.contacts.update.mutate({ id: "x", status: "subscribed" });
  // @ts-expect-error: a way to name a contact that is none
  await client.contacts.get.query({ id: { mail: "ann@example.com" } });
  // @ts-expect-error: an order that no list has
  await client.contacts.list.query({ sort: "name" });
  // @ts-expect-error: a misspelt field of a row
  await client.contacts.upsertMany.mutate({ contacts: [{ email: "ann@example.com", nmae: "Ann" }] });
  // @ts-expect-error: a misspelt field of an answer
  (await client.contacts.get.query({ id: "x" })).frstName;
  // @ts-expect-error: a misspelt field of a page
  (await client.contacts.list.query({})).contacts[0]?.e_mail;
  // @ts-expect-error: a counter that is none
  (await client.jobs.get.query({ id: "x" })).counters.imported;
  // @ts-expect-error: a scope that is none
  await client.keys.create.mutate({ scopes: ["lists"] });
  // @ts-expect-error: a procedure that is none
  client.contacts.remove;
  // @ts-expect-error: an action that is none
  await client.changeContacts({ ids: [] }, { action: "explode" });
  // @ts-expect-error: a misspelt option of an import
  await client.importFile(new Blob(), { policy: { maping: {} } });
  for await (const { changes } of client.contactChanges({ follow: true })) {
    for (const change of changes) {
      // @ts-expect-error: what was deleted has no contact any more
      change.contact;
      if (change.type !== "deleted") change.contact.email;
    }
  }
  // @ts-expect-error: a reason that is none
  await client.health.findings.query({ reason: "bad" });
  // @ts-expect-error: nobody is found to be healthy
  await client.exportFindings({ class: "healthy" });
  const rules = [{ field: "status", operator: "equals" as const, value: "active" }];
  // @ts-expect-error: neither AND nor OR
  await client.segments.create.mutate({ name: "x", filter: { operator: "NOT", rules } });
  const like = { field: "name", operator: "like" as const };
  // @ts-expect-error: an operator that is none
  await client.segments.tryFilter.mutate({ filter: { operator: "AND", rules: [like] } });
  // @ts-expect-error: an event that is none
  await client.webhooks.create.mutate({ url: "https://example.com", events: ["contact.opened"] });
  // @ts-expect-error: the secret is shown once
  (await client.webhooks.get.query({ id: "x" })).secret;
  // @ts-expect-error: one contact alone
  await client.contacts.merge.mutate({ keep: "x", merge: "y" });
  // @ts-expect-error: what stays of a merge has a field, not a name
  (await client.contacts.undoMerge.mutate({ id: "x" })).rest[0]?.name;
  // @ts-expect-error: points that are no number
  await client.scoring.rules.create.mutate({ name: "x", eventType: "opened", scoreDelta: "5" });
  // @ts-expect-error: a format that is none
  await client.exportContacts({ format: "xlsx" });
}

test("a wrong field name in a front end does not compile, and what is read has its types", () => {
  expectTypeOf(frontEnd).returns.resolves.toBeVoid();
  expectTypeOf<Contact>().not.toBeAny();
  expectTypeOf<Contact["email"]>().toEqualTypeOf<string>();
  expectTypeOf<Contact["createdAt"]>().toEqualTypeOf<string>();
  expectTypeOf<Job["state"]>().toEqualTypeOf<"queued" | "running" | "completed" | "failed" | "cancelled">();
  expectTypeOf<keyof Client>().toEqualTypeOf<
    | "trpc"
    | "contacts"
    | "engagement"
    | "events"
    | "health"
    | "eventSources"
    | "imports"
    | "jobs"
    | "keys"
    | "lists"
    | "plan"
    | "scoring"
    | "erasures"
    | "segments"
    | "settings"
    | "suppressions"
    | "tenants"
    | "webhooks"
    | "importFile"
    | "previewFile"
    | "changeContacts"
    | "exportContacts"
    | "exportFindings"
    | "failedRowsCsv"
    | "watchJob"
    | "cancelJob"
    | "retryJob"
    | "previewUndo"
    | "undoJob"
    | "contactChanges"
    | "recordEvents"
  >();
});
