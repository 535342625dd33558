import { createAccount } from "@roster/usecases/accounts/accounts.ts";
import { createTRPCClient, httpLink, TRPCClientError } from "@trpc/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AppRouter } from "../../src/trpc/router.ts";
import { type Json, type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const clientOf = (key: string, headers = {}) =>
  createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${api.url}/trpc`, headers: { Authorization: `Bearer ${key}`, ...headers } })],
  });

async function refusal(call: Promise<unknown>) {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TRPCClientError)) throw new Error("the call was not refused");
  return [error.data.httpStatus, error.data.refusal];
}

it("an admin key makes tenants and keys for them, lists both, and revokes", async () => {
  const { keys, tenants } = clientOf(api.owner.key);
  const tenant = await tenants.create.mutate({ slug: "acme" });
  const made = await keys.create.mutate({
    tenant: "acme",
    prefix: "mc_live",
    scopes: ["contacts:read"],
    name: "dashboard",
    expiresAt: "2999-01-01T00:00:00Z",
  });
  expect(made).toMatchObject({ tenantId: tenant.id, key: expect.stringMatching(/^mc_live_\w{43}$/) });
  expect((await clientOf(made.key).contacts.list.query({})).total).toBe(0);
  expect(await keys.list.query({ tenant: "acme" })).toEqual([
    {
      id: made.keyId,
      tenantId: tenant.id,
      tenantSlug: "acme",
      beginning: made.key.slice(0, 12),
      name: "dashboard",
      scopes: ["contacts:read"],
      createdAt: expect.any(String),
      lastUsedAt: expect.toBeOneOf([null, expect.any(String)]),
      expiresAt: "2999-01-01T00:00:00.000Z",
      revokedAt: null,
    },
  ]);
  expect((await keys.list.query()).length).toBeGreaterThan(1);
  expect((await tenants.rename.mutate({ tenant: "acme", slug: "acme-shop" })).id).toBe(tenant.id);
  expect(await tenants.list.query()).toContainEqual({
    ...tenant,
    slug: "acme-shop",
    contacts: 0,
    keys: 1,
    createdAt: expect.any(String),
  });
  expect((await keys.revoke.mutate({ id: made.keyId })).revokedAt).toEqual(expect.any(String));
  await expect
    .poll(() => refusal(clientOf(made.key).contacts.list.query({})).catch(() => null), { timeout: 4000 })
    .toEqual([401, "unauthenticated"]);
});

it("a key that names another tenant of its account by X-Tenant-Id makes keys for that one", async () => {
  const { id } = await clientOf(api.owner.key).tenants.create.mutate({ slug: "named" });
  const { keys } = clientOf(api.owner.key, { "X-Tenant-Id": "named" });
  expect((await keys.create.mutate({ scopes: ["contacts"] })).tenantId).toBe(id);
});

it("the plan is told with what is used of it", async () => {
  const other = await createAccount(api.deps, { name: "small", plan: "free" });
  const { key } = await api.newKey({ account: other.name, tenant: "t" });
  await clientOf(key).contacts.upsert.mutate({ email: "ann@example.com" });
  expect(await clientOf(key).plan.get.query()).toEqual({
    name: "free",
    contactLimit: 1000,
    bulkImport: false,
    requestsPerMinute: null,
    contacts: 1,
  });
});

it("a plan without bulk import refuses the start of an import and a list, and takes single contacts", async () => {
  await createAccount(api.deps, { name: "no-bulk", plan: "free" });
  const { key } = await api.newKey({ account: "no-bulk", tenant: "t" });
  const upload = await fetch(`${api.url}/trpc/imports.upload`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/octet-stream" },
    body: "email\nann@example.com\n",
  });
  const { uploadId } = ((await upload.json()) as Json).result.data;
  expect(await refusal(clientOf(key).imports.start.mutate({ uploadId }))).toEqual([
    403,
    "plan_limit_exceeded",
  ]);
  const list = { contacts: [{ email: "ann@example.com" }] };
  expect(await refusal(clientOf(key).contacts.upsertMany.mutate(list))).toEqual([403, "plan_limit_exceeded"]);
  expect((await clientOf(key).contacts.upsert.mutate({ email: "ann@example.com" })).isNew).toBe(true);
});

it("a key without admin administers nothing", async () => {
  const { key } = await api.newKey({ scopes: ["contacts"] });
  const { keys, tenants, plan } = clientOf(key);
  const calls = [
    keys.list.query(),
    keys.create.mutate({ scopes: ["contacts"] }),
    keys.revoke.mutate({ id: api.owner.keyId }),
    tenants.list.query(),
    tenants.create.mutate({ slug: "x" }),
    tenants.rename.mutate({ tenant: "default", slug: "x" }),
    plan.get.query(),
  ];
  for (const refused of await Promise.all(calls.map(refusal)))
    expect(refused).toEqual([403, "missing_scope"]);
});

it("another account's tenants and keys are as if they were not there", async () => {
  await createAccount(api.deps, { name: "strangers" });
  const stranger = await api.newKey({ account: "strangers", tenant: "theirs" });
  const { keys, tenants } = clientOf(api.owner.key);
  for (const id of [stranger.keyId, "0199d5a6-7c1e-7b3a-9d41-2f6e8c0b5a17", "x"]) {
    expect(await refusal(keys.revoke.mutate({ id }))).toEqual([404, "not_found"]);
  }
  for (const tenant of [stranger.tenantId, "theirs", "nowhere"]) {
    expect(await refusal(keys.list.query({ tenant }))).toEqual([404, "not_found"]);
    expect(await refusal(keys.create.mutate({ tenant, scopes: ["admin"] }))).toEqual([404, "not_found"]);
    expect(await refusal(tenants.rename.mutate({ tenant, slug: "x" }))).toEqual([404, "not_found"]);
  }
  expect((await tenants.list.query()).map(({ slug }) => slug)).not.toContain("theirs");
});

it("bad input is refused by field: a taken or bad slug, unknown scopes, an expiry that is over", async () => {
  const { keys, tenants } = clientOf(api.owner.key);
  expect(await refusal(tenants.create.mutate({ slug: "default" }))).toEqual([409, "name_taken"]);
  expect(await refusal(tenants.create.mutate({ slug: "No Slug" }))).toEqual([400, "invalid"]);
  for (const wrong of [
    { scopes: [] },
    { scopes: ["lists"] },
    { scopes: ["contacts"], prefix: "pk" },
    { scopes: ["contacts"], expiresAt: "2020-01-01T00:00:00Z" },
    { scopes: ["contacts"], name: "nul\0" },
    { scopes: ["contacts"], account: "strangers" },
  ]) {
    expect(await refusal(keys.create.mutate(wrong as never))).toEqual([400, "invalid"]);
  }
});

it("a new key is kept nowhere: its creation takes no Idempotency-Key", async () => {
  const client = clientOf(api.owner.key, { "Idempotency-Key": "once" });
  expect(await refusal(client.keys.create.mutate({ scopes: ["contacts"] }))).toEqual([400, "invalid"]);
  expect(await api.deps.sql`select from idempotency_keys`).toHaveLength(0);
  const first = await client.tenants.create.mutate({ slug: "once" });
  expect(await client.tenants.create.mutate({ slug: "once" })).toEqual(first);
});
