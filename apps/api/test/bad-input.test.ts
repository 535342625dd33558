import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import fc from "fast-check";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RequestLimit } from "../src/request-limit.ts";
import { restRoutes } from "../src/rest/mount.ts";
import { appRouter } from "../src/trpc/router.ts";
import { dialectOf, type Fault, faultsIn, trpcAnswer } from "./bad-input/envelope.ts";
import { hostileRequest } from "./bad-input/hostile-request.ts";
import { judged } from "./bad-input/judged.ts";
import { candidateNames, knownNames } from "./bad-input/known-names.ts";
import { objectOf } from "./bad-input/plausible-value.ts";
import type { RawRequest } from "./bad-input/raw-call.ts";
import { documentedRefusals } from "./docs/documented-refusals.ts";
import { everyRoute, type Route } from "./every-route.ts";
import { type Reply, type RunningApi, startApi } from "./running-api.ts";

/** Requests to each route; more by BAD_INPUT_RUNS. The same ones again by BAD_INPUT_SEED. */
const runs = Number(process.env.BAD_INPUT_RUNS ?? 15);
const seed = Number(process.env.BAD_INPUT_SEED ?? Date.now() % 2 ** 31);

let api: RunningApi;
let world: string[];
let keys: { sk: string; mc: string };
/** What there is of jobs, uploads and tenants; contacts may be gone after any request. */
let lasting: string[];

beforeAll(async () => {
  api = await startApi();
  const { key: mc } = await api.newKey({ prefix: "mc_live", scopes: ["contacts"] });
  keys = { sk: api.owner.key, mc };
  await api.newKey({ tenant: "beside", prefix: "md", scopes: ["contacts"] });
  const upload = (path: string) =>
    api.call("POST", path, {
      body: "email,status\na@x.example,\nnonsense,\nb@x.example,gone\n",
      headers: { "Content-Type": "text/csv" },
    });
  const done = (await upload("/v1/contacts/imports")).body.data.jobId;
  await api.work(done);
  const queued = (await upload("/v1/contacts/imports")).body.data.jobId;
  const { uploadId } = (await upload("/v1/contacts/imports/preview")).body.data;
  const bulk = await api.call("POST", "/contacts/bulk-unsubscribe", { json: { mode: "query", filter: {} } });
  lasting = [done, queued, uploadId, bulk.body.jobId, api.owner.tenantId];
});
beforeEach(async () => {
  await api.deps.sql`truncate contacts, contact_counts, suppressions, idempotency_keys`;
  const headers = { "X-Tenant-Id": "default" };
  const json = { email: "a@x.example", externalId: "crm-1", attributes: { plan: "pro" } };
  const { id } = (await api.call("PUT", "/contacts", { json, headers })).body;
  world = [id, toHouseId(id), "a@x.example", "crm-1", "1", ...lasting];
});
afterAll(() => api.close());

/** Ample for each request to come and go on a busy machine. */
const timeout = 30_000 + 200 * runs;

function everyOne(
  requests: fc.Arbitrary<RawRequest>,
  holds: (request: RawRequest) => Promise<unknown>,
): Promise<void> {
  return fc.assert(
    fc.asyncProperty(requests, async (request) => void (await holds(request))),
    { numRuns: runs, seed },
  );
}

describe(`REST, seed ${seed}`, () => {
  const routes = everyRoute(
    restRoutes({} as RunningApi["deps"], pino({ level: "silent" }), new RequestLimit(), {
      CONTACTS_BULK_MAX: 1000,
    }),
  );

  it("what is under /mail is there without it too", () => {
    const named = routes.map(({ method, path }) => `${method} ${path}`);
    expect(named).toEqual(expect.arrayContaining(named.map((route) => route.replace(" /mail/", " /"))));
  });

  it("there are routes of all dialects", () => {
    const folders = routes.flatMap((route) =>
      [true, false].map((isMailingcore) => dialectOf(route, { isMailingcore }).folder),
    );
    expect([...new Set(folders)].sort()).toEqual(["house", "mailerdash", "mailingcore", "misar", "plunk"]);
  });

  async function namesOf({ method, path }: Route, { folder, key }: { folder: string; key: string }) {
    const candidates = candidateNames(`apps/api/src/rest/${folder}/**/*.ts`);
    const filled = path.replaceAll(/:\w+/g, encodeURIComponent(world[0]!));
    const file = { body: "email\n", headers: { "Content-Type": "text/csv" } };
    const query = await knownNames(candidates, async (names, opener) => {
      const pairs = [...names, ...names].map((name) => `${name}=x`);
      const opened = Object.entries(opener).map(([name, value]) => `${name}=${value}`);
      const address = `${filled}?${[...pairs, ...opened].join("&")}`;
      return faults(await api.call(method, address, { key, ...(method !== "GET" && file) }));
    });
    if (method === "GET") return { query, body: query };
    const body = await knownNames(candidates, async (names, opener) =>
      faults(await api.call(method, filled, { key, json: wrong(names, opener) })),
    );
    return { query, body };
  }

  // The same handlers are behind both.
  it.each(routes.filter(({ path }) => !path.startsWith("/mail/")))(
    "$method $path answers bad input with a 4xx that is documented, in its own envelope",
    { timeout },
    async (route) => {
      const shared = route.path === "/contacts" || route.path.startsWith("/contacts/");
      for (const isMailingcore of shared ? [false, true] : [false]) {
        const key = isMailingcore ? keys.mc : keys.sk;
        const names = await namesOf(route, { ...dialectOf(route, { isMailingcore }), key });
        const requests = hostileRequest(route, { names, world, key });
        await everyOne(requests, async (request) => {
          const { Authorization = "", ...others } = request.headers;
          const isMailingcore = "X-Tenant-Id" in others || /^Bearer +mc_/.test(Authorization);
          const { envelope, folder } = dialectOf(route, { isMailingcore });
          const status = await judged(api, request, envelope);
          const documented = documentedRefusals(folder, request.method, request.path.split("?", 1)[0]!);
          if (status >= 400 && documented !== null) expect([...documented]).toContain(status);
        });
      }
    },
  );
});

function faults({ status, body }: Reply): Fault[] | null {
  const found = faultsIn(body);
  return found.length === 0 && (status === 400 || status === 413 || status === 422) ? null : found;
}

/** An input with a value of a type that no field takes under each name. */
function wrong(names: readonly string[], opener: Record<string, unknown>): Record<string, unknown> {
  return { ...Object.fromEntries(names.map((name) => [name, [[{}]]])), ...opener };
}

describe(`tRPC, seed ${seed}`, () => {
  // By their whole names; the type shows them as the tree that they were declared as.
  const flat = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>;
  const procedures = Object.entries(flat).map(([name, { _def }]) => ({
    name,
    method: _def.type === "mutation" ? "POST" : "GET",
  }));

  it("there are procedures", () => {
    expect(procedures).toContainEqual({ name: "contacts.list", method: "GET" });
  });

  it.each(procedures)(
    "$name answers bad input with a 4xx in its own envelope",
    { timeout },
    async ({ name, method }) => {
      const path = `/trpc/${name}`;
      const fields = await knownNames(candidateNames("apps/api/src/trpc/*.ts"), async (names, opener) => {
        const json = wrong(names, opener);
        const input = encodeURIComponent(JSON.stringify(json));
        return faults(
          await (method === "POST"
            ? api.call(method, path, { json })
            : api.call(method, `${path}?input=${input}`)),
        );
      });
      const names = { body: fields, query: ["input", "batch"] };
      const requests = hostileRequest({ method, path }, { names, world, key: keys.sk });
      await everyOne(asCall(requests, fields), (request) => judged(api, request, trpcAnswer));
    },
  );

  /** A query has its input in the address: mostly an object with some of its fields. */
  function asCall(requests: fc.Arbitrary<RawRequest>, fields: readonly string[]): fc.Arbitrary<RawRequest> {
    const input = objectOf(fields, world).map(
      (object) => `input=${encodeURIComponent(JSON.stringify(object))}`,
    );
    return fc
      .tuple(requests, fc.option(input, { freq: 4 }))
      .map(([request, query]) =>
        request.method === "POST" || query === null || query.length > 8000
          ? request
          : { ...request, path: `${request.path.split("?", 1)[0]}?${query}` },
      );
  }
});
