import { rmSync } from "node:fs";
import type { AccountScope } from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { createTestDatabase, makeTestDir, type TestDatabase } from "@roster/store/testing.ts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createAccount, operatorScope } from "../src/accounts/accounts.ts";
import { authenticate } from "../src/accounts/authentication.ts";
import { keyMemoryMs } from "../src/accounts/key-ring.ts";
import { createFirstKey, createKey, issueKey, listKeys, revokeKey } from "../src/accounts/keys.ts";
import { createTenant, listTenants, renameTenant } from "../src/accounts/tenants.ts";
import { openDeps } from "../src/deps.ts";

let database: TestDatabase;
let dataDir: string;
/** Two API processes, as far as keys are concerned. */
let deps: Awaited<ReturnType<typeof openDeps>>;
let elsewhere: typeof deps;
let ours: AccountScope;
let strangers: AccountScope;

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = makeTestDir();
  const open = (name: string) => openDeps({ databaseUrl: database.url, dataDir, poolSize: 4, name });
  deps = await open("here");
  elsewhere = await open("elsewhere");
  await createFirstKey(deps);
  ours = await operatorScope(deps);
  await createAccount(deps, { name: "strangers" });
  strangers = await operatorScope(deps, "strangers");
  await createTenant(deps, strangers, { slug: "theirs" });
});
afterAll(async () => {
  await deps?.close();
  await elsewhere?.close();
  await database?.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

const wish = { tenant: "default", prefix: "sk" as const, scopes: ["contacts" as const] };
const refusal = (attempt: Promise<unknown>) =>
  attempt.then(
    () => null,
    (error: unknown) => (error instanceof Refused ? error.refusal : error),
  );
const works = async (at: typeof deps, key: string) => (await refusal(authenticate(at, key))) === null;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("a revoked key stops working everywhere within the stated time, and at once where it was not in use", async () => {
  const { key, keyId } = await issueKey(deps, ours, wish);
  expect(await works(deps, key)).toBe(true);
  const revoked = await revokeKey(elsewhere, ours, keyId);
  expect(revoked.revokedAt).toBeInstanceOf(Date);
  expect(await works(elsewhere, key)).toBe(false);
  await wait(keyMemoryMs);
  expect(await works(deps, key)).toBe(false);
  expect((await revokeKey(deps, ours, keyId)).revokedAt).toEqual(revoked.revokedAt);
});

test("a key that is in use is looked up once in the stated time, however many requests come with it", async () => {
  const { key } = await issueKey(deps, ours, wish);
  vi.useFakeTimers({ toFake: ["performance"] });
  try {
    await authenticate(deps, key);
    await deps.sql`alter table keys rename to keys_elsewhere`;
    vi.advanceTimersByTime(keyMemoryMs - 1);
    await Promise.all(Array.from({ length: 200 }, () => authenticate(deps, key)));
    vi.advanceTimersByTime(1);
    await expect(authenticate(deps, key)).rejects.toMatchObject({ code: "42P01" });
    await deps.sql`alter table keys_elsewhere rename to keys`;
    expect(await works(deps, key)).toBe(true);
  } finally {
    vi.useRealTimers();
    await deps.sql`alter table if exists keys_elsewhere rename to keys`;
  }
});

test("a key that was not there a moment ago works as soon as it is", async () => {
  const { key, keyId } = await issueKey(deps, ours, wish);
  await deps.sql`update keys set revoked_at = now() where id = ${keyId}`;
  expect(await works(deps, key)).toBe(false);
  await deps.sql`update keys set revoked_at = null where id = ${keyId}`;
  expect(await works(deps, key)).toBe(true);
});

test("a key ends at its expiry, to the moment, also while it is in use", async () => {
  const expiresAt = new Date(Date.now() + 800);
  const { key } = await issueKey(deps, ours, { ...wish, expiresAt });
  expect(await works(deps, key)).toBe(true);
  await wait(expiresAt.getTime() - Date.now() + 1);
  expect(await works(deps, key)).toBe(false);
  expect(await works(elsewhere, key)).toBe(false);
});

test("when a key was last used is noted, and at most once a minute", async () => {
  const { key, keyId } = await issueKey(deps, ours, wish);
  const lastUsed = async () => (await listKeys(deps, ours)).find(({ id }) => id === keyId)!.lastUsedAt;
  expect(await lastUsed()).toBeNull();
  await authenticate(deps, key);
  await expect.poll(lastUsed).toBeInstanceOf(Date);
  const first = await lastUsed();
  await authenticate(elsewhere, key);
  await wait(300);
  expect(await lastUsed()).toEqual(first);
  await deps.sql`update keys set last_used_at = now() - interval '61 seconds' where id = ${keyId}`;
  await wait(keyMemoryMs);
  await authenticate(elsewhere, key);
  await expect.poll(async () => (await lastUsed())!.getTime()).toBeGreaterThan(first!.getTime());
});

test("a list of keys shows how each begins and nothing that would help to guess it", async () => {
  const { key, keyId } = await issueKey(deps, ours, { ...wish, prefix: "mc_live", name: "sync" });
  const listed = (await listKeys(deps, ours)).find(({ id }) => id === keyId)!;
  expect(listed).toMatchObject({ beginning: key.slice(0, 12), name: "sync", tenantSlug: "default" });
  expect(JSON.stringify(listed)).not.toContain(key.slice(12));
  const [row] = await deps.sql`select * from keys where id = ${keyId}`;
  expect(JSON.stringify(row)).not.toContain(key.slice(12));
});

test("an account sees, revokes and names only what is its own", async () => {
  const { keyId } = await issueKey(deps, ours, wish);
  expect(await listKeys(deps, strangers)).toEqual([]);
  const notFound = (what: string) => ({ code: "not_found", what });
  expect(await refusal(revokeKey(deps, strangers, keyId))).toEqual(notFound("key"));
  expect(await refusal(revokeKey(deps, ours, "nonsense"))).toEqual(notFound("key"));
  for (const tenant of ["theirs", (await listTenants(deps, strangers))[0]!.id, "nowhere", "nul\0"]) {
    expect(await refusal(issueKey(deps, ours, { ...wish, tenant }))).toEqual(notFound("tenant"));
    expect(await refusal(listKeys(deps, ours, { tenant }))).toEqual(notFound("tenant"));
    expect(await refusal(renameTenant(deps, ours, { tenant, slug: "mine" }))).toEqual(notFound("tenant"));
  }
  expect(await works(deps, (await issueKey(deps, ours, wish)).key)).toBe(true);
});

test("only the scope admin administers", async () => {
  const scope = { ...ours, granted: ["contacts" as const] };
  const attempts = [
    listKeys(deps, scope),
    issueKey(deps, scope, wish),
    revokeKey(deps, scope, "x"),
    createTenant(deps, scope, { slug: "x" }),
    listTenants(deps, scope),
    renameTenant(deps, scope, { tenant: "default", slug: "x" }),
  ];
  for (const refused of await Promise.all(attempts.map(refusal))) {
    expect(refused).toEqual({ code: "missing_scope", needed: "admin" });
  }
});

test("a tenant's slug is unique in its account alone, and a renamed tenant keeps its keys and contacts", async () => {
  const { id } = await createTenant(deps, ours, { slug: "acme" });
  await createTenant(deps, strangers, { slug: "acme" });
  const taken = { code: "name_taken", what: "tenant", name: "acme" };
  expect(await refusal(createTenant(deps, ours, { slug: "acme" }))).toEqual(taken);
  expect(await refusal(renameTenant(deps, ours, { tenant: "default", slug: "acme" }))).toEqual(taken);
  expect(await refusal(createTenant(deps, ours, { slug: "Acme Shop" }))).toMatchObject({ code: "invalid" });

  const { key } = await issueKey(deps, ours, { ...wish, tenant: id });
  await renameTenant(deps, ours, { tenant: "acme", slug: "acme-shop" });
  expect(await authenticate(deps, key)).toMatchObject({ tenantId: id, tenantSlug: "acme-shop" });
  expect(await listTenants(deps, ours)).toContainEqual(
    expect.objectContaining({ id, slug: "acme-shop", keys: 1, contacts: 0 }),
  );
});

test("many that make the same tenant at once make it once", async () => {
  const made = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      createKey(n % 2 === 0 ? deps : elsewhere, { ...wish, tenant: "rush" }),
    ),
  );
  expect(new Set(made.map(({ tenantId }) => tenantId)).size).toBe(1);
  expect(new Set(made.map(({ key }) => key)).size).toBe(8);
});
