import { encodeCursor } from "@roster/domain/page.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../running-api.ts";
import { type HouseApi, startHouse } from "./house-api.ts";

let api: HouseApi;
beforeAll(async () => {
  api = await startHouse();
});
afterAll(() => api?.close());
beforeEach(async () => {
  await api.freshTenant();
});

const hour = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * hour).toISOString();
const send = (events: Json, options = {}) =>
  api.house("POST", "/v1/events", { json: { events }, ...options });
const engagementOf = async (id: string, query = "") =>
  (await api.house("GET", `/v1/contacts/${id}/engagement${query}`)).body;

describe("POST /v1/events", () => {
  it("202: counts each id once, and says what failed and why", async () => {
    const ann = await api.created({ email: "ann@x.io" });
    const { status, body } = await send([
      { id: "1", type: "sent", email: "ann@x.io", campaignId: "c1" },
      { id: "1", type: "sent", email: "ann@x.io", campaignId: "c1" },
      { type: "opened", contactId: ann.id, campaignId: "c1" },
      { id: "2", type: "opened", email: "bob@x.io" },
      { type: "read", email: "ann@x.io" },
      { type: "opened", email: "ann@x.io", campaign: "c1" },
      { type: "opened", email: "ann@x.io", at: ago(24 * 91) },
      { type: "opened", email: "ann@x.io", at: ago(-25) },
      "opened",
      { type: "opened", contactId: "con_1" },
    ]);
    expect(status).toBe(202);
    expect(body).toMatchObject({ success: true, data: { accepted: 2, duplicate: 1, failed: 7 } });
    const told = body.data.errors.map(({ index, field, code }: Json) => [index, field, code]);
    expect(told).toEqual([
      [3, "email", "contact_unknown"],
      [4, "type", "invalid_value"],
      [5, "campaign", "unknown_field"],
      [6, "at", "event_too_old"],
      [7, "at", "event_in_future"],
      [8, null, "invalid_type"],
      [9, "contactId", "contact_unknown"],
    ]);
    expect(body.data.errors[0]).toMatchObject({ id: "2", email: "bob@x.io" });
    expect((await send([{ id: "1", type: "sent", email: "ann@x.io" }])).body.data).toMatchObject({
      accepted: 0,
      duplicate: 1,
    });
  });

  it("moves the status, towards the stricter alone", async () => {
    const ann = await api.created({ email: "ann@x.io" });
    const status = async () => (await api.house("GET", `/v1/contacts/${ann.id}`)).body.data.status;
    await send([{ type: "bounced", bounce: "soft", email: "ann@x.io" }]);
    expect(await status()).toBe("active");
    await send([{ type: "bounced", email: "ann@x.io" }]);
    expect(await status()).toBe("bounced");
    await send([
      { type: "unsubscribed", email: "ann@x.io" },
      { type: "resubscribed", email: "ann@x.io" },
    ]);
    expect(await status()).toBe("bounced");
    await send([{ type: "complained", email: "ann@x.io" }]);
    expect(await status()).toBe("complained");
  });

  it("answers a repeat with the same Idempotency-Key as the first time, and counts nothing again", async () => {
    const ann = await api.created({ email: "ann@x.io" });
    const headers = { "Idempotency-Key": "events-1" };
    const event = { type: "sent", email: "ann@x.io" };
    const first = await send([event], { headers });
    expect((await send([event], { headers })).text).toBe(first.text);
    expect((await engagementOf(ann.id)).engagement.totals.sends).toBe(1);
  });

  it.each([
    [{}, ["events"]],
    [{ events: {} }, ["events"]],
    [{ events: [], event: {} }, ["event"]],
  ])("400: %j", async (json, fields) => {
    const { status, body } = await api.house("POST", "/v1/events", { json });
    expect([status, Object.keys(body.details.fieldErrors)]).toEqual([400, fields]);
  });

  it("400: more than 1,000", async () => {
    const { status, body } = await send(Array(1001).fill({ type: "opened", email: "ann@x.io" }));
    expect([status, body.code]).toEqual([400, "too_many_items"]);
    expect((await send([])).body.data).toEqual({ accepted: 0, duplicate: 0, failed: 0, errors: [] });
  });
});

describe("GET /v1/contacts/:id/engagement", () => {
  it("shows the sums, and the campaigns, the latest sent first", async () => {
    const ann = await api.created({ email: "ann@x.io" });
    const [sent, opened, clicked] = [ago(30), ago(20), ago(10)];
    await send([
      { type: "opened", email: "ann@x.io", campaignId: "c1", at: opened },
      { type: "sent", email: "ann@x.io", campaignId: "c1", campaignName: "Spring", at: sent },
      { type: "opened", email: "ann@x.io", campaignId: "c1", at: clicked },
      { type: "clicked", email: "ann@x.io", campaignId: "c1", at: clicked },
      { type: "bounced", bounce: "soft", email: "ann@x.io", campaignId: "c2", at: ago(5) },
    ]);
    const { data, engagement, cursor, hasMore } = await engagementOf(ann.id);
    expect({ cursor, hasMore }).toEqual({ cursor: null, hasMore: false });
    expect(engagement).toMatchObject({
      contactId: ann.id,
      level: "active",
      lastEngagementAt: clicked,
      totals: { sends: 2, delivered: 1, opens: 1, clicks: 1 },
      softBounces: 1,
      firstSentAt: sent,
      lastOpenedAt: clicked,
    });
    expect(data.map((send: Json) => send.campaignId)).toEqual(["c2", "c1"]);
    expect(data[1]).toMatchObject({
      campaignName: "Spring",
      sentAt: sent,
      openedAt: opened,
      clickedAt: clicked,
      bounce: null,
      events: { sent: 1, delivered: 0, opened: 2, clicked: 1, bounced: 0 },
    });
  });

  it("comes in pages, each campaign once, also those sent at one time", async () => {
    const ann = await api.created({ email: "ann@x.io" });
    const at = ago(1);
    const events = Array.from({ length: 7 }, (_, n) => ({
      type: "sent",
      email: "ann@x.io",
      campaignId: `c${n}`,
      at: n < 4 ? at : ago(n),
    }));
    await send([...events, { type: "sent", email: "ann@x.io", at }]);
    const seen: (string | null)[] = [];
    let query = "?limit=3";
    for (;;) {
      const page = await engagementOf(ann.id, query);
      seen.push(...page.data.map((send: Json) => send.campaignId));
      if (!page.hasMore) break;
      query = `?limit=3&cursor=${page.cursor}`;
    }
    expect(seen).toEqual(["c3", "c2", "c1", "c0", null, "c4", "c5", "c6"]);
  });

  it("of somebody without events is empty", async () => {
    const ann = await api.created({ email: "ann@x.io" });
    const { data, engagement } = await engagementOf(ann.id);
    expect(data).toEqual([]);
    expect(engagement).toMatchObject({ level: "passive", lastEngagementAt: null, totals: { sends: 0 } });
  });

  it("400 for a cursor that is none, 404 for a contact that is none", async () => {
    const ann = await api.created({ email: "ann@x.io" });
    expect((await api.house("GET", `/v1/contacts/${ann.id}/engagement?cursor=x`)).status).toBe(400);
    expect((await api.house("GET", `/v1/contacts/${ann.id}/engagement?page=2`)).status).toBe(400);
    for (const place of [
      ["2026-04-15T10:00:00Z", "a\0"],
      ["0000-01-01T00:00:00Z", "a"],
    ]) {
      const query = `?cursor=${encodeCursor(place)}`;
      expect((await api.house("GET", `/v1/contacts/${ann.id}/engagement${query}`)).status).toBe(400);
    }
    await api.freshTenant();
    expect((await api.house("GET", `/v1/contacts/${ann.id}/engagement`)).status).toBe(404);
  });
});

describe("/v1/settings", () => {
  const settings = (json?: Json) =>
    api.house(json === undefined ? "GET" : "PATCH", "/v1/settings", json === undefined ? {} : { json });

  it("holds for the tenant alone, and null goes back", async () => {
    expect((await settings({ activeDays: 7 })).body.data).toEqual({
      softBounceLimit: 3,
      activeDays: 7,
      passiveDays: 180,
      unengagedDays: 90,
      neverOpenedSends: 5,
      riskySoftBounces: 2,
    });
    expect((await settings({ softBounceLimit: 1 })).body.data.activeDays).toBe(7);
    expect((await settings({ activeDays: null })).body.data).toMatchObject({
      softBounceLimit: 1,
      activeDays: 30,
    });
    await api.freshTenant();
    expect((await settings()).body.data.softBounceLimit).toBe(3);
  });

  it("decides who counts as active", async () => {
    const ann = await api.created({ email: "ann@x.io" });
    await send([{ type: "opened", email: "ann@x.io", at: ago(24 * 8) }]);
    const level = async () => (await engagementOf(ann.id)).engagement.level;
    expect(await level()).toBe("active");
    await settings({ activeDays: 7 });
    expect(await level()).toBe("passive");
    await settings({ passiveDays: 7 });
    expect(await level()).toBe("dormant");
  });

  it.each([
    [{ softBounceLimit: 0 }, ["softBounceLimit"]],
    [{ softBounceLimit: 21 }, ["softBounceLimit"]],
    [{ activeDays: 1.5 }, ["activeDays"]],
    [{ activeDays: 181 }, ["passiveDays"]],
    [{ language: "de" }, ["language"]],
  ])("400: %j", async (json, fields) => {
    const { status, body } = await settings(json);
    expect([status, Object.keys(body.details.fieldErrors)]).toEqual([400, fields]);
  });
});
