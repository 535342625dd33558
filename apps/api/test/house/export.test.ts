import { checkAttributes } from "@roster/domain/contacts/attributes.ts";
import { exportHeaders } from "@roster/domain/contacts/export-column.ts";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../running-api.ts";
import { type HouseApi, startHouse } from "./house-api.ts";

let api: HouseApi;
let tenantId: string;
beforeAll(async () => {
  api = await startHouse();
});
afterAll(() => api?.close());
beforeEach(async () => {
  tenantId = await api.freshTenant();
});

const exported = (query: string) => api.house("GET", `/v1/contacts/export?${query}`);
const types = { csv: "text/csv", ndjson: "application/x-ndjson" };

/** Imports a file, and gives its counters. */
async function imported(body: string, format: keyof typeof types): Promise<Json> {
  const headers = { "Content-Type": types[format] };
  const { jobId } = (await api.house("POST", "/v1/contacts/imports", { body, headers })).body.data;
  await api.work(jobId, tenantId);
  return (await api.house("GET", `/v1/jobs/${jobId}`)).body.data.counters;
}

/** All contacts as one may write them, by their emails. */
async function contacts(): Promise<Json[]> {
  const rows = await api.deps.sql`
    select email, external_id, name, first_name, last_name, phone, locale, tags, attributes, status, consent, source
    from contacts where tenant_id = ${tenantId} order by email`;
  return rows.map((row) => ({ ...row }));
}

describe("200", () => {
  it("a CSV of all fields, with formulas defused", async () => {
    const { id, createdAt, updatedAt } = await api.created({
      email: "ann@x.io",
      firstName: "=1+1",
      phone: "+49 30 1",
      tags: ["vip", "x"],
      metadata: { plan: "p,q" },
    });
    const { status, text, headers } = await exported("format=csv");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(headers.get("content-disposition")).toContain("contacts.csv");
    expect(text).toBe(
      `${exportHeaders.join(",")}\n` +
        `${id},ann@x.io,,'=1+1,,'+49 30 1,vip;x,"{""plan"":""p,q""}",active,,,,,50,potential,${createdAt},${updatedAt}\n`,
    );
    expect((await api.house("GET", "/mail/v1/contacts/export")).text).toBe(text);
  });

  it("NDJSON: the contacts as they are read, but with the name that they were given", async () => {
    const ann = await api.created({ email: "ann@x.io", firstName: "Ann", metadata: { n: 1 } });
    const bob = await api.created({ email: "bob@x.io", name: "Bob B.", tags: ["x"] });
    const { text, headers } = await exported("format=ndjson");
    expect(headers.get("content-type")).toBe("application/x-ndjson; charset=utf-8");
    const lines = text.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([bob, { ...ann, name: null }]);
  });

  it("the list's filters, and only the header where nobody is selected", async () => {
    await api.created({ email: "ann@x.io", status: "bounced", tags: ["x"] });
    await api.created({ email: "bob@x.io", name: "Ann B.", tags: ["y"] });
    await api.created({ email: "cem@x.io", tags: ["x"] });
    await api.deps.sql`update contacts set updated_at = now() - interval '3 days'
      where tenant_id = ${tenantId} and email = 'cem@x.io'`;
    const emails = async (query: string) =>
      (await exported(`format=ndjson&${query}`)).text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line).email.slice(0, 3));
    expect(await emails("status=subscribed")).toEqual(["cem", "bob"]);
    expect(await emails("search=ann")).toEqual(["bob", "ann"]);
    expect(await emails("tag=x")).toEqual(["cem", "ann"]);
    expect(await emails("tag=x&status=bounced")).toEqual(["ann"]);
    const since = new Date(Date.now() - 86_400_000).toISOString();
    expect(await emails(`updatedSince=${since}`)).toEqual(["bob", "ann"]);
    expect((await exported("tag=nobody")).text).toBe(`${exportHeaders.join(",")}\n`);
    expect((await exported("tag=nobody&format=ndjson")).text).toBe("");
  });

  it.each(["csv", "ndjson"])("more contacts than are read at a time, each once, as %s", async (format) => {
    const lines = Array.from({ length: 2500 }, (_, n) => `m${n}@x.io`);
    await imported(`email\n${lines.join("\n")}\n`, "csv");
    const { text } = await exported(`format=${format}`);
    expect(text.match(/m\d+@x\.io/g)?.toSorted()).toEqual(lines.toSorted());
  });
});

/** Characters that mean something to CSV, to spreadsheets or to the reading of tags. */
const unit = fc.constantFrom(..."=+-@'\"\\,;|[]{}:\t\r\n \u00a0\u2028éß😀aA0".match(/./gsu)!);
const text = (maxLength: number) => fc.string({ unit, maxLength });
/** As every door keeps them: trimmed, and nothing where nothing is left. */
const field = text(12).map((given) => given.trim() || undefined);
const attributes = fc
  .dictionary(
    text(6).map((key) => `k${key}`),
    fc.jsonValue({ maxDepth: 2 }).filter((value) => value !== null),
    { maxKeys: 4 },
  )
  .filter((given) => checkAttributes(given) === null);
const person = fc.record({
  local: fc.constantFrom("ann", "=1+1", "+x", "'=x", "-y", "o'neil"),
  name: field,
  firstName: field,
  lastName: field,
  phone: field,
  externalId: field,
  locale: field,
  consent: field,
  source: field,
  tags: fc.array(text(8), { maxLength: 4 }),
  metadata: attributes,
  status: fc.constantFrom("active", "unsubscribed", "bounced", "complained"),
});

it.each(["csv", "ndjson"] as const)(
  "whatever contacts are, their export as %s imports again to the same contacts, here and elsewhere",
  async (format) => {
    const property = fc.asyncProperty(fc.array(person, { maxLength: 8 }), async (people) => {
      tenantId = await api.freshTenant();
      for (const [n, { local, externalId, ...contact }] of people.entries()) {
        const json = {
          ...contact,
          email: `${local}${n}@x.io`,
          ...(externalId !== undefined && { externalId: `${externalId}${n}` }),
        };
        const { status, body } = await api.house("POST", "/v1/contacts", { json });
        expect([status, body]).toEqual([201, expect.anything()]);
      }
      const before = await contacts();
      const file = (await exported(`format=${format}`)).text;
      const none = { created: 0, updated: 0, unchanged: 0, failed: 0 };
      if (people.length === 0) return;
      expect(await imported(file, format)).toMatchObject({ ...none, unchanged: people.length });
      tenantId = await api.freshTenant();
      expect(await imported(file, format)).toMatchObject({ ...none, created: people.length });
      expect(await contacts()).toEqual(before);
    });
    await fc.assert(property, { numRuns: 10 });
  },
);

describe("4xx", () => {
  it.each(["format=xml", "limit=5", "page=1", "cursor=x", "sort=email", "status=x", "search=%00", "tag="])(
    "400: %s is named",
    async (query) => {
      const { status, body } = await exported(query);
      expect([status, Object.keys(body.details.fieldErrors)[0]?.split(".")[0]]).toEqual([
        400,
        query.split("=")[0],
      ]);
    },
  );

  it("403: a key that may only write", async () => {
    const { key } = await api.newKey({ scopes: ["contacts:write"] });
    expect((await api.house("GET", "/v1/contacts/export", { key })).status).toBe(403);
  });
});
