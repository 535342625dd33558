import { createAccount } from "@roster/usecases/accounts/accounts.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Reply, type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

/** One new contact, by each door in turn. */
const creates: ((email: string, keys: Keys) => Promise<Reply>)[] = [
  (email, { sk }) => api.call("POST", "/contacts", { key: sk, json: { email } }),
  (email, { sk }) => api.call("POST", "/v1/bulk/contacts", { key: sk, json: { email } }),
  (email, { sk }) => api.call("POST", "/api/v1/contacts", { key: sk, json: { email } }),
  (email, { sk }) => api.call("POST", "/v1/contacts", { key: sk, json: { email } }),
  (email, { sk }) => api.call("POST", "/trpc/contacts.upsert", { key: sk, json: { email } }),
  (email, { mc }) => api.call("PUT", "/contacts", { key: mc, json: { email } }),
  (email, { mc }) => api.call("POST", "/contacts/bulk", { key: mc, json: { contacts: [{ email }] } }),
  (email, { sk }) => api.call("POST", "/v1/bulk/contacts/import", { key: sk, json: [{ email }] }),
];
type Keys = { sk: string; mc: string };

it("the 1,000 contacts of the plan free are neither passed nor missed, whichever doors write at once", async () => {
  await createAccount(api.deps, { name: "small", plan: "free" });
  const of = (tenant: string, prefix: "sk" | "mc_live") => api.newKey({ account: "small", tenant, prefix });
  // MailingCore's key is another tenant's of the same account.
  const keys = { sk: (await of("one", "sk")).key, mc: (await of("two", "mc_live")).key };
  const most = Array.from({ length: 960 }, (_, n) => ({ email: `p${n}@example.com` }));
  const filled = await api.call("POST", "/v1/bulk/contacts/import", { key: keys.sk, json: most });
  expect(filled.body).toMatchObject({ created: 960, failed: 0 });

  const replies = await Promise.all(
    Array.from({ length: 64 }, (_, n) => creates[n % creates.length]!(`new${n}@example.com`, keys)),
  );
  const done = replies.filter(({ status }) => status < 300);
  const refused = replies.filter(({ status }) => status === 403);
  expect([done.length, refused.length]).toEqual([40, 24]);
  for (const { text } of refused) expect(text).toContain("the 1000 contacts of this account's plan");
  const [row] = await api.deps.sql`
    select count(*) as n from contacts c join tenants t on t.id = c.tenant_id
    join accounts a on a.id = t.account_id where a.name = 'small'`;
  expect(row!.n).toBe(1000);
});

it("an import by Plunk's route that would pass the limit fails and writes nothing, also after others were written", async () => {
  await createAccount(api.deps, { name: "importer", plan: "free" });
  const { key, tenantId } = await api.newKey({ account: "importer", tenant: "t" });
  await api.call("POST", "/contacts", { key, json: { email: "first@example.com" } });
  const rows = Array.from({ length: 1000 }, (_, n) => `p${n}@example.com`);
  const body = new FormData();
  body.set("file", new Blob([`email\n${rows.join("\n")}\n`], { type: "text/csv" }), "people.csv");
  const started = await api.call("POST", "/contacts/import", { key, body });
  expect(started.status).toBe(202);
  await api.work(started.body.jobId, tenantId);
  const job = await api.call("GET", `/contacts/import/${started.body.jobId}`, { key });
  expect(job.body).toMatchObject({ state: "failed", failedReason: expect.stringContaining("1000 contacts") });
  expect((await api.call("GET", "/contacts", { key })).body.total).toBe(1);
});

it("without bulk import the house's imports are refused before a byte is taken, and previews are not", async () => {
  await createAccount(api.deps, { name: "no-bulk", plan: "free" });
  const { key, tenantId } = await api.newKey({ account: "no-bulk", tenant: "t" });
  const csv = { key, body: "email\nann@example.com\n", headers: { "Content-Type": "text/csv" } };
  for (const path of ["/v1/contacts/imports", "/mail/v1/contacts/imports"]) {
    const reply = await api.call("POST", path, csv);
    expect([reply.status, reply.body.code]).toEqual([403, "plan_limit_exceeded"]);
  }
  const list = await api.call("POST", "/v1/contacts/import", { key, json: { contacts: [] } });
  expect([list.status, list.body.code]).toEqual([403, "plan_limit_exceeded"]);
  expect(await api.deps.sql`select from uploads where tenant_id = ${tenantId}`).toHaveLength(0);
  expect((await api.call("POST", "/v1/contacts/imports/preview", csv)).status).toBe(200);
});
