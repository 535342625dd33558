import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ana } from "../src/docs/example-people.ts";
import { appRouter } from "../src/trpc/router.ts";
import { type Intruder, type Intrusion, intrude } from "./isolation/intruder.ts";
import {
  absentNames,
  type Names,
  named,
  type OwnerWorld,
  ownerWorld,
  tenantId,
  tenantSlug,
  tenantSums,
} from "./isolation/owner-world.ts";
import {
  cursorBehind,
  exampleIntrusions,
  furtherIntrusions,
  type RestIntrusion,
} from "./isolation/rest-intrusions.ts";
import { trpcIntrusions } from "./isolation/trpc-intrusions.ts";
import { type RunningApi, startApi } from "./running-api.ts";

/**
 * Two servers: one with the owner's tenant, full of data, and one where there is no owner. Whatever an intruder asks of what is
 * the owner's, the first has to answer as the second one does to the same request about what is nowhere.
 */
let api: RunningApi;
let without: RunningApi;
let owner: OwnerWorld;
let nowhere: Names;
let before: Record<string, string>;

beforeAll(async () => {
  api = await startApi();
  without = await startApi();
  owner = await ownerWorld(api);
  nowhere = absentNames(without);
  before = await tenantSums(api, owner.tenantId);
});
afterAll(async () => {
  await api?.close();
  await without?.close();
});

async function answers(intrusion: Intrusion, intruder: Intruder, prefix: RestIntrusion["prefix"] = "sk") {
  return {
    toOwners: await intrude(api, { intruder, prefix, names: owner.names }, intrusion),
    toNowhere: await intrude(without, { intruder, prefix, names: nowhere }, intrusion),
  };
}

async function expectUntouched(): Promise<void> {
  expect(await tenantSums(api, owner.tenantId)).toEqual(before);
}

it("the owner has something of everything", () => {
  for (const table of [
    "contacts",
    "events",
    "engagement",
    "campaign_sends",
    "jobs",
    "job_failures",
    "uploads",
    "upload_chunks",
    "keys",
    "lists",
    "list_members",
    "list_counts",
    "event_sources",
    "idempotency_keys",
    "webhooks",
    "webhook_deliveries",
    "suppressions",
    "segments",
    "segment_uses",
    "contact_merges",
    "merged_contacts",
  ])
    expect([table, before[table]]).toEqual([table, expect.not.stringMatching(/^0 /)]);
});

describe.each(["stranger", "neighbour", "colleague"] as const)("a %s over REST", (intruder) => {
  /** MailerDash's deletion tells of other tenants of the account, to keys that may not use them. */
  const isExcepted = ({ address }: Intrusion) =>
    intruder === "neighbour" && address === "/v1/bulk/contacts/delete";
  const asked = [...exampleIntrusions, ...furtherIntrusions].filter((intrusion) => !isExcepted(intrusion));

  it.each(asked)("finds and changes nothing: $title", async ({ prefix, namesOne, ...intrusion }) => {
    const { toOwners, toNowhere } = await answers(intrusion, intruder, prefix);
    expect(toOwners).toEqual(toNowhere);
    if (namesOne) expect(toOwners.status).toBe(404);
    await expectUntouched();
  });

  it("gets nothing by a cursor that stands behind the owner's contact", async () => {
    const listed = async (api: RunningApi, names: Names) => {
      const address = `/v1/contacts?cursor=${cursorBehind(names.get(ana.id)!)}`;
      return intrude(api, { intruder, prefix: "sk", names }, { method: "GET", address, options: {} });
    };
    const answer = await listed(api, owner.names);
    expect(answer).toEqual(await listed(without, nowhere));
    expect(JSON.parse(answer.text).data).toEqual([]);
  });
});

it("MailerDash's deletion tells a neighbour of its account which addresses others have, and deletes none", async () => {
  const json = { emails: ["ana@example.com", "x@example.com"] };
  const intrusion = { method: "POST", address: "/v1/bulk/contacts/delete", options: { json } };
  const { toOwners, toNowhere } = await answers(intrusion, "neighbour", "md");
  expect(JSON.parse(toOwners.text)).toEqual({
    ...JSON.parse(toNowhere.text),
    not_found: ["x@example.com"],
    forbidden: ["ana@example.com"],
  });
  await expectUntouched();
});

describe.each(["stranger", "neighbour"] as const)("a %s who names the owner's tenant", (intruder) => {
  const asked = exampleIntrusions.filter(({ takesTenant }) => takesTenant);

  it.each(asked)("is told as of one that is not there: $title", async ({ prefix, ...intrusion }) => {
    for (const tenant of [tenantSlug, tenantId]) {
      const headers = { ...intrusion.options.headers, "X-Tenant-Id": tenant };
      const naming = { ...intrusion, options: { ...intrusion.options, headers } };
      const { toOwners, toNowhere } = await answers(naming, intruder, prefix);
      expect(toOwners).toEqual(toNowhere);
      expect(toOwners.status).toBe(403);
    }
    await expectUntouched();
  });

  it.each(asked.filter(({ prefix }) => prefix === "md"))(
    "is told so by key_id too: $title",
    async ({ prefix, address, ...rest }) => {
      const query = {
        ...rest,
        address: `${address}${address.includes("?") ? "&" : "?"}key_id=${tenantSlug}`,
      };
      const { toOwners, toNowhere } = await answers(query, intruder, prefix);
      expect(toOwners).toEqual(toNowhere);
      expect(toOwners.status).toBe(403);
      await expectUntouched();
    },
  );

  it("is told so by key_id in a body, and over tRPC", async () => {
    const json = { email: "ana@example.com", key_id: tenantSlug };
    const headers = { "X-Tenant-Id": tenantSlug };
    for (const [intrusion, prefix] of [
      [{ method: "POST", address: "/v1/bulk/contacts", options: { json } }, "md"],
      [{ method: "GET", address: "/trpc/contacts.fields", options: { headers } }, "sk"],
    ] as const) {
      const { toOwners, toNowhere } = await answers(intrusion, intruder, prefix);
      expect(toOwners).toEqual(toNowhere);
      expect(toOwners.status).toBe(403);
    }
    await expectUntouched();
  });
});

describe("tRPC", () => {
  // By their whole names; the type shows them as the tree that they were declared as.
  const procedures = Object.keys(appRouter._def.procedures);

  it("every procedure is asked", () => {
    expect([...new Set(trpcIntrusions.map(({ procedure }) => procedure))].sort()).toEqual(procedures.sort());
  });

  describe.each(["stranger", "neighbour"] as const)("a %s", (intruder) => {
    it.each(trpcIntrusions)("finds and changes nothing: $procedure $title", async (intrusion) => {
      const { toOwners, toNowhere } = await answers(intrusion, intruder);
      expect(toOwners).toEqual(toNowhere);
      await expectUntouched();
    });
  });

  it("the owner finds all of it by the same calls", async () => {
    for (const { procedure, method, address, options, ownersStatus = 200 } of trpcIntrusions) {
      const { json, ...rest } = options;
      const reply = await api.call(method, named(address, owner.names), {
        ...rest,
        key: owner.key,
        ...(json !== undefined && { json: JSON.parse(named(JSON.stringify(json), owner.names)) }),
      });
      expect([procedure, reply.status, reply.text]).toEqual([procedure, ownersStatus, expect.any(String)]);
      expect(reply.text).not.toContain("event: serialized-error");
    }
  });
});
