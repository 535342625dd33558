import fc from "fast-check";
import { forgedCursor, hostileValue } from "./hostile-value.ts";

/** What is there to be named: ids of everything in the tenant, in all their forms. */
export type World = readonly string[];

/**
 * What a field may hold, by its name, so that a request gets past the first check and meets what lies behind. A name that
 * is not listed gets any of these: a new field is covered from the start, and only deeper when it is listed.
 */
export function plausibleValue(name: string, world: World): fc.Arbitrary<unknown> {
  const id = fc.constantFrom(...world);
  const some = fc.constantFrom;
  const email = some("a@x.example", "B@X.example", "new@y.example", "left@x.example");
  const flag = some<unknown>(true, false, "true", "false");
  const time = some("2026-01-31T12:00:00Z", "2026-01-31", "1970-01-01T00:00:00Z");
  const attributes = fc.dictionary(some("plan", "city", "a.b"), hostileValue, { maxKeys: 3 });
  const text = some("Ana", "x", "de", "2026-01", "spring");
  const byName: Record<string, fc.Arbitrary<unknown>> = {
    email,
    emails: fc.array(email, { maxLength: 4 }),
    subscribed: flag,
    optIn: flag,
    resubscribe: flag,
    strict: flag,
    update_existing: flag,
    updateExisting: flag,
    skipExisting: flag,
    upsert: flag,
    dryRun: flag,
    consent: text,
    status: some<unknown>("active", "subscribed", "unsubscribed", "bounced", "complained", ["active"]),
    tags: some<unknown>(["a"], ["a", "b"], "a,b", []),
    data: attributes,
    metadata: attributes,
    attributes,
    customFields: attributes,
    custom_fields: attributes,
    ids: fc.array(id, { maxLength: 3 }),
    contactIds: fc.array(id, { maxLength: 3 }),
    excludeIds: fc.array(id, { maxLength: 3 }),
    mode: some("ids", "query"),
    action: some("subscribe", "unsubscribe", "delete", "update", "add_tags", "remove_tags"),
    limit: some<unknown>("1", "10", 5, "1000000000"),
    page: some<unknown>("1", "2", 3, "999999999999"),
    offset: some<unknown>("0", "7", 3, "99999999999999"),
    cursor: forgedCursor,
    updatedSince: time,
    sort: some("createdAt", "-createdAt", "email", "updatedAt"),
    format: some("csv", "ndjson", "json"),
    encoding: some("utf-8", "utf-16le", "windows-1252"),
    delimiter: some(",", ";", "tab"),
    kind: some("import", "bulk", "undo"),
    onExisting: some("merge", "skip", "overwrite", "refuse"),
    target: some("contacts", "suppressions"),
    key_id: some("default", "beside", "nowhere"),
    search: some("x", "exa", "a@x"),
    q: some("x", "exa", "a@x"),
    externalId: some("crm-1", "crm-2"),
    id,
    uploadId: id,
    jobId: id,
  };
  // Own keys only: a field may be called constructor.
  if (Object.hasOwn(byName, name)) return byName[name]!;
  const nestedIn: Record<string, readonly string[]> = {
    filter: ["search", "subscribed", "status", "tags", "locale", "createdJob"],
    patch: ["firstName", "tags", "attributes", "status", "locale"],
    update: ["firstName", "tags", "metadata", "status", "phone"],
    change: ["action", "tags", "patch", "resubscribe", "consent"],
    policy: [
      "onExisting",
      "mapping",
      "tags",
      "defaults",
      "resubscribe",
      "consent",
      "target",
      "stopAfterFailures",
    ],
    hints: ["format", "gzip", "encoding", "delimiter"],
    mapping: ["email", "name"],
    defaults: ["firstName", "status", "tags", "plan"],
  };
  if (Object.hasOwn(nestedIn, name)) return objectOf(nestedIn[name]!, world);
  if (name === "contacts") return fc.array(objectOf(contactFields, world), { maxLength: 4 });
  return fc.oneof(text, time, flag, email, id, fc.constantFrom<unknown>(1, "10", null), attributes);
}

/** What the dialects call the parts of a contact. */
const contactFields = [
  "email",
  "externalId",
  "name",
  "firstName",
  "last_name",
  "phone",
  "locale",
  "tags",
  "status",
  "subscribed",
  "optIn",
  "data",
  "metadata",
  "attributes",
  "customFields",
  "consentVersion",
  "source",
];

/** An object with some of these fields: mostly plausible, now and then hostile. */
export function objectOf(names: readonly string[], world: World): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .subarray([...names], { maxLength: Math.min(8, names.length) })
    .chain((chosen) =>
      fc
        .tuple(
          ...chosen.map((name) =>
            fc.oneof(
              { weight: 4, arbitrary: fc.constant(name).chain((known) => plausibleValue(known, world)) },
              { weight: 1, arbitrary: hostileValue },
            ),
          ),
        )
        .map((values) => Object.fromEntries(chosen.map((name, i) => [name, values[i]]))),
    );
}

/** A contact as any dialect may write it. */
export const contactOf = (world: World) => objectOf(contactFields, world);
