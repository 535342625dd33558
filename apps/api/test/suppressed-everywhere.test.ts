import { gzipSync } from "node:zlib";
import type { KeyPrefix } from "@roster/domain/accounts/scope.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { dialectDocuments } from "../src/docs/catalog.ts";
import { appRouter } from "../src/trpc/router.ts";
import { type CallOptions, type Reply, type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.close());

type Call = (method: string, path: string, options?: CallOptions) => Promise<Reply>;

/** How an address gets into the audience. @param call with a key of the door's kind @returns the job, where one does it */
type Door = {
  /** The operation as `dialect operation`, or the procedure. */
  through: string;
  how: string;
  prefix?: KeyPrefix;
  take(call: Call, email: string): Promise<Reply>;
};

const csv = (email: string) => ({
  body: `email,name\n${email},Ann\n`,
  headers: { "Content-Type": "text/csv" },
});
const file = (email: string) => {
  const form = new FormData();
  form.set("file", new Blob([csv(email).body], { type: "text/csv" }), "people.csv");
  return { body: form };
};
const octets = { "Content-Type": "application/octet-stream" };
/** A contact under another address, which then takes the suppressed one. @returns its UUID */
const other = async (call: Call) => {
  const json = { email: `other-${crypto.randomUUID()}@x.io` };
  return (await call("POST", "/trpc/contacts.create", { json })).body.result.data.id as string;
};

const doors: Door[] = [
  {
    through: "mailerdash upsertContact",
    how: "one contact",
    prefix: "md",
    take: (call, email) => call("POST", "/v1/bulk/contacts", { json: { email } }),
  },
  {
    through: "mailerdash importContacts",
    how: "a list",
    prefix: "md",
    take: (call, email) =>
      call("POST", "/v1/bulk/contacts/import", { json: [{ email }, { email: "new@x.io" }] }),
  },
  {
    through: "plunk upsertContact",
    how: "one contact",
    take: (call, email) => call("POST", "/contacts", { json: { email } }),
  },
  {
    through: "plunk updateContact",
    how: "another contact takes the address",
    take: async (call, email) => call("PATCH", `/contacts/${await other(call)}`, { json: { email } }),
  },
  {
    through: "plunk importContacts",
    how: "a file",
    take: (call, email) => call("POST", "/contacts/import", file(email)),
  },
  {
    through: "misar createContact",
    how: "one contact",
    prefix: "msk",
    take: (call, email) => call("POST", "/api/v1/contacts", { json: { email } }),
  },
  {
    through: "misar importContacts",
    how: "a list",
    prefix: "msk",
    take: (call, email) => call("POST", "/api/v1/contacts/import", { json: { contacts: [{ email }] } }),
  },
  {
    through: "misar importContacts",
    how: "a CSV",
    prefix: "msk",
    take: (call, email) => call("POST", "/api/v1/contacts/import", csv(email)),
  },
  {
    through: "mailingcore upsertContacts",
    how: "a list",
    prefix: "mc_live",
    take: (call, email) =>
      call("POST", "/contacts/bulk", { json: { contacts: [{ email, externalId: "crm-1" }] } }),
  },
  {
    through: "mailingcore upsertContact",
    how: "PUT with a consent",
    prefix: "mc_live",
    take: (call, email) => call("PUT", "/contacts", { json: { email, consentVersion: "v1" } }),
  },
  {
    through: "mailingcore postContact",
    how: "POST with a consent",
    prefix: "mc_live",
    take: (call, email) => call("POST", "/contacts", { json: { email, consentVersion: "v1" } }),
  },
  {
    through: "mailingcore updateContact",
    how: "another contact takes the address",
    prefix: "mc_live",
    take: async (call, email) => call("PATCH", `/contacts/${await other(call)}`, { json: { email } }),
  },
  {
    through: "house createContact",
    how: "one contact",
    take: (call, email) => call("POST", "/v1/contacts", { json: { email } }),
  },
  {
    through: "house createContact",
    how: "upsert",
    take: (call, email) => call("POST", "/v1/contacts?upsert=true", { json: { email } }),
  },
  {
    through: "house upsertContact",
    how: "PUT by an externalId",
    take: (call, email) => call("PUT", "/v1/contacts", { json: { email, externalId: "crm-2" } }),
  },
  {
    through: "house importContacts",
    how: "a list in the older form",
    take: (call, email) => call("POST", "/mail/v1/contacts/import", { json: { contacts: [{ email }] } }),
  },
  {
    through: "house startImport",
    how: "a CSV",
    take: (call, email) => call("POST", "/v1/contacts/imports", csv(email)),
  },
  {
    through: "house startImport",
    how: "a form, with everything overwritten",
    take: (call, email) => call("POST", "/v1/contacts/imports?onExisting=overwrite", file(email)),
  },
  {
    through: "house startImport",
    how: "gzipped NDJSON that says active",
    take: (call, email) =>
      call("POST", "/v1/contacts/imports?format=ndjson", {
        body: gzipSync(JSON.stringify({ email, status: "active" })),
        headers: { "Content-Type": "application/x-ndjson", "Content-Encoding": "gzip" },
      }),
  },
  {
    through: "contacts.create",
    how: "one contact",
    take: (call, email) => call("POST", "/trpc/contacts.create", { json: { email } }),
  },
  {
    through: "contacts.upsert",
    how: "one contact",
    take: (call, email) => call("POST", "/trpc/contacts.upsert", { json: { email } }),
  },
  {
    through: "contacts.upsertMany",
    how: "a list that says active",
    take: (call, email) =>
      call("POST", "/trpc/contacts.upsertMany", { json: { contacts: [{ email, status: "active" }] } }),
  },
  {
    through: "contacts.update",
    how: "another contact takes the address",
    take: async (call, email) => {
      const id = await other(call);
      return call("POST", "/trpc/contacts.update", { json: { id, email } });
    },
  },
  {
    through: "imports.start",
    how: "a stream of bytes",
    take: async (call, email) => {
      const { body } = await call("POST", "/trpc/imports.upload", { body: csv(email).body, headers: octets });
      const { uploadId } = body.result.data;
      return call("POST", "/trpc/imports.start", { json: { uploadId } });
    },
  },
];

/** By them a contact's email cannot be changed. */
const takesNoAddress = new Set(["house updateContact", "mailerdash updateContact", "misar updateContact"]);

it("every operation and procedure that creates contacts or changes their addresses is a door here", () => {
  const taking = /^((create|post|upsert|update|import|sync)Contacts?|startImport)$/;
  const operations = dialectDocuments.flatMap(({ slug, operations }) =>
    operations.filter(({ id }) => taking.test(id)).map(({ id }) => `${slug} ${id}`),
  );
  const procedures = Object.keys(appRouter._def.procedures).filter((name) =>
    /^contacts\.(create|upsert|update|import|sync)|^imports\.start$/.test(name),
  );
  const all = [...operations, ...procedures].filter((name) => !takesNoAddress.has(name));
  expect([...new Set(doors.map(({ through }) => through))].sort()).toEqual([...new Set(all)].sort());
});

it.each(doors)(
  "an address on the list comes back as one that is not to be mailed: $through, $how",
  async ({ prefix = "sk", take }) => {
    const { key, tenantId } = await api.newKey({ tenant: `t${crypto.randomUUID()}`, prefix });
    const email = "gone@x.io";
    for (const status of ["bounced", "complained"]) {
      const call: Call = (method, path, options) => api.call(method, path, { key, ...options });
      await call("POST", "/v1/suppressions", { json: { email, status } });
      const reply = await take(call, email);
      expect(reply.status).toBeLessThan(300);
      const jobId = reply.body.jobId ?? reply.body.data?.jobId ?? reply.body.result?.data?.jobId;
      if (jobId !== undefined) await api.work(jobId, tenantId);
      const kept = await api.deps.sql`
        select status from contacts where tenant_id = ${tenantId} and email = ${email}`;
      expect(kept).toMatchObject([{ status }]);
      await api.deps.sql`delete from contacts where tenant_id = ${tenantId}`;
    }
  },
);
