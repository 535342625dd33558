import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import { authenticate } from "@roster/usecases/accounts/authentication.ts";
import {
  ana,
  bo,
  bulkJob,
  cara,
  doneErasure,
  doneMerge,
  duplicateJob,
  eve,
  eventSource,
  healthJob,
  importJob,
  nobody,
  opensRule,
  queuedJob,
  springLetter,
  springList,
  springSegment,
  stoppedJob,
  suppressedFay,
  testDelivery,
  usedSegment,
  webhook,
} from "../../src/docs/example-people.ts";
import { exampleWorld } from "../docs/example-world.ts";
import type { RunningApi } from "../running-api.ts";

/** What requests name of the owner's beside the documents' ids. */
export const uploadedFile = "<uploaded file>";
export const uploadedIds = "<uploaded ids>";
export const spareKey = "<spare key>";
export const tenantId = "<tenant id>";
export const tenantSlug = "<tenant slug>";

/** How the documents name people beside their ids, as it stands in bodies and in addresses. */
const writtenNames = [
  ...["ana", "Ana", "ANA", "bo", "cara"].flatMap((name) => [`${name}@example.com`, `${name}%40example.com`]),
  "crm-1",
  "spring-fair",
  "Spring fair",
];

/** How each name of the documents reads in one world. */
export type Names = ReadonlyMap<string, string>;

export type OwnerWorld = { names: Names; key: string; tenantId: string };

/** A tenant that has something of everything: contacts, jobs in all states, failed rows, uploads, keys, a kept answer. */
export async function ownerWorld(api: RunningApi): Promise<OwnerWorld> {
  const summary = [
    importJob,
    bulkJob,
    queuedJob,
    stoppedJob,
    healthJob,
    springLetter,
    opensRule,
    duplicateJob,
    eventSource,
    doneErasure,
    doneMerge,
    webhook,
    testDelivery,
  ].join();
  const { key, here } = await exampleWorld(api, {
    prefix: "sk",
    example: { summary, status: 200, answer: null },
  });
  const { tenantSlug: slug } = await authenticate(api.deps, key.key);
  const uploaded = async (text: string) =>
    (
      await api.call("POST", "/trpc/imports.upload", {
        key: key.key,
        body: text,
        headers: { "Content-Type": "application/octet-stream" },
      })
    ).body.result.data.uploadId;
  await api.call("POST", "/v1/contacts?upsert=true", {
    key: key.key,
    json: { email: "ana@example.com", metadata: { secret: "hidden from strangers" } },
    headers: { "Idempotency-Key": "the-same-key" },
  });
  const names = new Map(here);
  names.delete("default");
  names
    .set(uploadedFile, await uploaded("email\nhidden@example.com\n"))
    .set(uploadedIds, await uploaded(`${here.get(ana.id)}\n`))
    .set(spareKey, (await api.newKey({ tenant: slug })).keyId)
    .set(tenantId, key.tenantId)
    .set(tenantSlug, slug);
  for (const text of writtenNames) names.set(text, text);
  return { names, key: key.key, tenantId: key.tenantId };
}

/** The same names for what is nowhere, of the same forms and lengths. */
export function absentNames(api: RunningApi): Names {
  const names = new Map<string, string>();
  const ids = [
    ...[importJob, bulkJob, queuedJob, stoppedJob, uploadedFile, uploadedIds, spareKey, tenantId],
    opensRule,
    duplicateJob,
    eventSource,
    suppressedFay,
    healthJob,
    springList,
    doneErasure,
    doneMerge,
    springSegment,
    usedSegment,
    webhook,
    testDelivery,
  ];
  for (const person of [ana, bo, cara, eve]) {
    const id = api.deps.newId();
    names.set(person.id, id).set(person.houseId, toHouseId(id));
  }
  for (const id of ids) names.set(id, api.deps.newId());
  names.set(tenantSlug, `t${api.deps.newId()}`);
  const others = {
    ...{ ana: "eva", Ana: "Eva", ANA: "EVA", bo: "cy", cara: "dora", "crm-1": "crm-7" },
    ...{ "spring-fair": "summer-fair", "Spring fair": "Summer fair" },
  };
  for (const text of writtenNames) {
    const [whose] = text.split(/@|%40/) as [keyof typeof others];
    names.set(text, text.replace(whose, others[whose]));
  }
  return names;
}

/** A text under the names of a world. */
export function named(text: string, names: Names): string {
  return [...names].reduce((done, [name, actual]) => done.replaceAll(name, actual), text);
}

/** A text of an answer under the documents' names, without what differs each time: times, new ids, numbers, secrets. */
export function unnamed(text: string, names: Names): string {
  const known = [...names].reduce((done, [name, actual]) => done.replaceAll(actual, name), text);
  return known
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<time>")
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|con_[0-9A-Z]{26}/g, (id) =>
      names.has(id) || id === nobody.id || id === nobody.houseId ? id : "<id>",
    )
    .replaceAll(/"cursor":"[^"]+"/g, '"cursor":"<cursor>"')
    .replaceAll(/"(id|number)":\d+/g, '"$1":<number>')
    .replaceAll(/^\d+,/gm, "<number>,")
    .replaceAll(/whsec_[\w+/=]+/g, "<secret>")
    .replaceAll(/\b(sk|md|msk|mc_live)_\w+/g, "<key>")
    .replaceAll(/evs_\w+/g, "<token>")
    .replaceAll(/"password":"[^"]+"/g, '"password":"<secret>"')
    .replaceAll(/"lastUsedAt":(null|"<time>")/g, '"lastUsedAt":<maybe>');
}

/** All that there is of a tenant, in every table, as one checksum for each; but for when its keys were used. */
export async function tenantSums(
  { deps: { sql } }: RunningApi,
  tenant: string,
): Promise<Record<string, string>> {
  // A partition's rows are its table's. One statement: it is asked after each of a thousand requests.
  const tables = await sql<{ tableName: string }[]>`
    select relname as table_name from pg_class join pg_attribute on attrelid = pg_class.oid
    where attname = 'tenant_id' and not attisdropped and relkind in ('r', 'p') and not relispartition
      and relnamespace = current_schema()::regnamespace
    order by relname`;
  const sums = tables.map(
    ({ tableName }) => sql`
      select ${tableName} as table_name, count(*)::int as n,
        md5(coalesce(string_agg(r::text, '|' order by r::text), '')) as sum
      from (select to_jsonb(t) - 'last_used_at' as r from ${sql(tableName)} t where tenant_id = ${tenant}) rows`,
  );
  const rows = await sql<{ tableName: string; n: number; sum: string }[]>`
    ${sums.flatMap((sum, at) => (at === 0 ? [sum] : [sql`union all`, sum]))}`;
  return Object.fromEntries(rows.map(({ tableName, n, sum }) => [tableName, `${n} ${sum}`]));
}
