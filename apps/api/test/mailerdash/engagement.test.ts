import { authenticate } from "@roster/usecases/accounts/authentication.ts";
import { upsertContact } from "@roster/usecases/contacts/contacts.ts";
import { recordEvents } from "@roster/usecases/events/events.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.close());

it("GET /v1/bulk/contacts/{email}/engagement: campaigns, what they come to, and how engaged that is", async () => {
  const { key } = await api.newKey({ tenant: "md-engagement", prefix: "md" });
  const scope = await authenticate(api.deps, key);
  const at = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
  await upsertContact(api.deps, scope, { email: "ana@x.io" });
  const event = { email: "ana@x.io", campaignId: "camp_1" };
  const [sent, later, opened] = [at(50), at(20), at(40)];
  await recordEvents(api.deps, scope, {
    events: [
      { ...event, type: "sent", campaignName: "Newsletter", at: sent },
      { ...event, type: "opened", at: opened },
      { ...event, type: "opened", at: at(45) },
      { ...event, type: "sent", campaignId: "camp_2", at: later },
      { type: "sent", email: "ana@x.io", at: at(60) },
      { type: "sent", email: "ana@x.io", at: at(59) },
    ],
  });
  const { status, body } = await api.call("GET", "/v1/bulk/contacts/Ana%40x.io/engagement", { key });
  expect([status, body]).toEqual([
    200,
    {
      email: "ana@x.io",
      sends: [
        { campaign_id: "camp_2", campaign_name: null, sent_at: later, opened: false, clicked: false },
        { campaign_id: "camp_1", campaign_name: "Newsletter", sent_at: sent, opened: true, clicked: false },
        {
          campaign_id: null,
          campaign_name: null,
          sent_at: expect.any(String),
          opened: false,
          clicked: false,
        },
      ],
      totals: { sends: 4, opens: 1, clicks: 0 },
      score: "active",
      last_engagement_at: opened,
    },
  ]);
});

it("the engagement of somebody without events is empty, of nobody 404, and for a key that may not read 403", async () => {
  const { key } = await api.newKey({ tenant: "md-empty", prefix: "md" });
  await upsertContact(api.deps, await authenticate(api.deps, key), { email: "ana@x.io" });
  const path = "/v1/bulk/contacts/ana@x.io/engagement";
  expect((await api.call("GET", path, { key })).body).toEqual({
    email: "ana@x.io",
    sends: [],
    totals: { sends: 0, opens: 0, clicks: 0 },
    score: "passive",
    last_engagement_at: null,
  });
  expect((await api.call("GET", path.replace("ana", "bo"), { key })).status).toBe(404);
  const writer = await api.newKey({ tenant: "md-empty", prefix: "md", scopes: ["contacts:write"] });
  expect((await api.call("GET", path, { key: writer.key })).status).toBe(403);
});
