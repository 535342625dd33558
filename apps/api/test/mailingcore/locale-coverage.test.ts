import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.close());

it("GET /contacts/locale-coverage counts each locale, and those without one, exactly", async () => {
  const { key } = await api.newKey({ tenant: "covered", prefix: "mc_live", scopes: ["contacts"] });
  const json = {
    contacts: [
      { externalId: "1", email: "a@x.io", locale: "de", optIn: true },
      { externalId: "2", email: "b@x.io", locale: "de", optIn: false },
      { externalId: "3", email: "c@x.io", locale: "en", optIn: true },
      { externalId: "4", email: "d@x.io", optIn: true },
    ],
  };
  await api.call("POST", "/contacts/bulk", { key, json });
  const coverage = async () => (await api.call("GET", "/contacts/locale-coverage", { key })).body;
  expect(await coverage()).toEqual([
    { locale: "de", count: 2, optedIn: 1 },
    { locale: null, count: 1, optedIn: 1 },
    { locale: "en", count: 1, optedIn: 1 },
  ]);
  await api.call("PATCH", "/contacts/1", { key, json: { locale: "en" } });
  await api.call("DELETE", "/contacts/4", { key });
  expect(await coverage()).toEqual([
    { locale: "en", count: 2, optedIn: 2 },
    { locale: "de", count: 1, optedIn: 0 },
  ]);
});

it("404 for the same address in Plunk's dialect", async () => {
  const { key } = await api.newKey({ tenant: "plunk", prefix: "sk" });
  expect((await api.call("GET", "/contacts/locale-coverage", { key })).status).toBe(404);
});
