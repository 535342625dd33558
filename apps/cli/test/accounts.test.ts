import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "./running-roster.ts";

let roster: RunningRoster;
beforeAll(async () => {
  roster = await startRoster({ worker: false });
});
afterAll(() => roster?.close());

const operate = (...args: string[]) => roster.roster(args, { env: { DATABASE_URL: roster.databaseUrl } });
const json = async (...args: string[]) => JSON.parse((await operate(...args, "--json")).stdout);

test("accounts are made, listed and put under another plan, and the names of none are taken twice", async () => {
  const made = await operate("accounts", "create", "acme", "--plan", "free");
  expect(made).toMatchObject({
    code: 0,
    stderr: "",
    stdout: expect.stringContaining("keys create --account acme"),
  });
  expect(await operate("accounts", "create", "acme")).toMatchObject({
    code: 1,
    stdout: "",
    stderr: "There is an account named acme already. Choose another name.\n",
  });
  expect(await operate("accounts", "create", "other", "--plan", "gold")).toMatchObject({
    code: 1,
    stderr: "There is no such plan.\n",
  });
  await operate("accounts", "plan", "acme", "pro");
  expect(await json("accounts", "list")).toMatchObject([
    { name: "default", plan: "unlimited", tenants: 1, contacts: 0 },
    { name: "acme", plan: "pro", tenants: 0, contacts: 0 },
  ]);
  const table = await operate("accounts", "list");
  expect(table.stdout).toMatch(/^account +plan +tenants +contacts +since\ndefault +unlimited +1 +0 +\d{4}-/);
  expect(await operate("accounts", "plan", "nobody", "pro")).toMatchObject({
    code: 1,
    stderr: "There is no such account.\n",
  });
});

test("tenants are made, listed and renamed within their account", async () => {
  await operate("accounts", "create", "shops");
  const of = ["--account", "shops"];
  const { id } = await json("tenants", "create", "north", ...of);
  await operate("tenants", "create", "south", ...of);
  expect((await operate("tenants", "create", "north", ...of)).code).toBe(1);
  expect((await operate("tenants", "rename", "south", "north", ...of)).code).toBe(1);
  expect((await operate("tenants", "rename", id, "upper", ...of)).code).toBe(0);
  expect((await operate("tenants", "rename", "upper", "x")).stderr).toBe("There is no such tenant.\n");
  expect(await json("tenants", "list", ...of)).toMatchObject([
    { slug: "south", contacts: 0, keys: 0 },
    { slug: "upper", id },
  ]);
  expect((await operate("tenants", "list", ...of)).stdout).toMatch(/\nupper +[0-9a-f-]{36} +0 +0 /);
});

test("a key is made with its tenant and an end, listed without itself, and revoked", async () => {
  const { key, keyId, tenantId } = await json(
    ...["keys", "create", "--tenant", "listed", "--scopes", "contacts:read,contacts:write"],
    ...["--name", "nightly sync", "--expires", "90d"],
  );
  expect(await json("keys", "list", "--tenant", "listed")).toMatchObject([
    { id: keyId, tenantId, tenantSlug: "listed", beginning: key.slice(0, 7), name: "nightly sync" },
  ]);
  const { stdout } = await operate("keys", "list");
  expect(stdout).toMatch(
    /listed +contacts:read,contacts:write +nightly sync +\d{4}-\S+ +– +works until \d{4}/,
  );
  expect(stdout).not.toContain(key.slice(0, 8));
  expect((await operate("keys", "revoke", keyId)).stdout).toMatch(/sk_\w{4}… .*revoked/);
  expect((await operate("keys", "list", "--tenant", "listed")).stdout).toContain("revoked 2");
  const refused = await roster.roster(["jobs", "list"], { env: { ROSTER_KEY: key } });
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("does not know this key") });
  expect(await operate("keys", "revoke", tenantId)).toMatchObject({
    code: 1,
    stderr: "There is no such key.\n",
  });
});

test("a key for another account opens that account alone", async () => {
  await operate("accounts", "create", "apart");
  const { tenantId } = await json("keys", "create", "--tenant", "default", "--account", "apart");
  expect(tenantId).not.toBe(roster.tenantId);
  expect((await operate("keys", "create", "--tenant", "x", "--account", "nobody")).stderr).toBe(
    "There is no such account.\n",
  );
});

test("plans are listed and changed, and what is not named stays", async () => {
  expect(await json("plans", "list")).toMatchObject([
    { name: "free", contactLimit: 1000, bulkImport: false, requestsPerMinute: null },
    { name: "pro", contactLimit: null, bulkImport: true },
    { name: "unlimited", contactLimit: null, bulkImport: true },
  ]);
  expect(await json("plans", "set", "free", "--requests-per-minute")).toMatchObject({
    contactLimit: 1000,
    bulkImport: false,
    requestsPerMinute: 6000,
  });
  const args = ["--contacts", "2500", "--bulk-import", "yes", "--requests-per-minute", "none"];
  expect(await json("plans", "set", "free", ...args)).toMatchObject({
    contactLimit: 2500,
    bulkImport: true,
    requestsPerMinute: null,
  });
  expect((await operate("plans", "list")).stdout).toMatch(/\nfree +2,500 +yes +no limit +/);
  expect(await operate("plans", "set", "gold", "--contacts", "5")).toMatchObject({
    code: 1,
    stderr: "There is no such plan.\n",
  });
});
