import { createTRPCClient, httpLink } from "@trpc/client";
import { afterAll, beforeAll, expect, expectTypeOf, it } from "vitest";
import type { AppRouter } from "../../src/trpc/router.ts";
import { type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

it("events are recorded, and what they come to is read, with types", async () => {
  const { key } = await api.newKey({ tenant: "trpc-events" });
  const headers = { Authorization: `Bearer ${key}` };
  const trpc = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${api.url}/trpc`, headers })] });
  const { contact } = await trpc.contacts.upsert.mutate({ email: "ann@example.com" });
  const told = await trpc.events.record.mutate({
    events: [
      { id: "1", type: "opened", contactId: contact.id, campaignId: "c1", campaignName: "Spring" },
      { id: "1", type: "opened", contactId: contact.id, campaignId: "c1" },
      { type: "clicked", email: "nobody@example.com" },
    ],
  });
  expect(told).toMatchObject({ accepted: 1, duplicate: 1, failed: 1 });
  expect(told.errors).toMatchObject([{ index: 2, code: "contact_unknown", field: "email" }]);
  const view = await trpc.engagement.get.query({ id: { email: "ann@example.com" } });
  expect(view).toMatchObject({
    contactId: contact.id,
    level: "active",
    engagement: { sent: 1, opened: 1, clicked: 0 },
    sends: [{ campaignId: "c1", campaignName: "Spring", opened: 1 }],
    hasMore: false,
  });
  expectTypeOf(view.lastEngagedAt).toEqualTypeOf<string | null>();
  expectTypeOf(view.sends[0]!.sentTime).toEqualTypeOf<string>();
  expect(await trpc.settings.update.mutate({ softBounceLimit: 5 })).toEqual(await trpc.settings.get.query());
  // @ts-expect-error there is no such type of event
  await expect(trpc.events.record.mutate({ events: [{ type: "read", email: "a@x.co" }] })).rejects.toThrow();
});
