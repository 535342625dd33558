import type { KeyPrefix } from "@roster/domain/accounts/scope.ts";
import { listCursor } from "@roster/domain/contacts/contact-sort.ts";
import { dialectDocuments } from "../../src/docs/catalog.ts";
import { importJob, springList } from "../../src/docs/example-people.ts";
import { exampleRequest } from "../docs/example-request.ts";
import type { Intrusion } from "./intruder.ts";
import { uploadedFile, uploadedIds } from "./owner-world.ts";

const keyPrefixes: Record<string, KeyPrefix> = {
  mailerdash: "md",
  plunk: "sk",
  misar: "msk",
  house: "sk",
  mailingcore: "mc_live",
};

export type RestIntrusion = Intrusion & {
  title: string;
  prefix: KeyPrefix;
  /** Whether its path names one thing of the owner's. */
  namesOne: boolean;
  /** Whether a header may name the tenant here. */
  takesTenant: boolean;
};

/** Every example of every operation that succeeds for the owner: there is one for each route, which another test sees to. */
export const exampleIntrusions: RestIntrusion[] = dialectDocuments.flatMap((document) =>
  document.operations.flatMap((operation) =>
    Object.entries(operation.examples)
      .filter(([, example]) => "status" in example)
      .flatMap(([name, example]) =>
        document.prefixes.map((mounted) => {
          const path = mounted + operation.path;
          const { address, options } = exampleRequest({ ...operation, path }, example, { here: new Map() });
          return {
            title: `${operation.method.toUpperCase()} ${path}, “${name}”`,
            method: operation.method.toUpperCase(),
            address,
            options,
            prefix: keyPrefixes[document.slug]!,
            namesOne: path.includes("{"),
            takesTenant: "TenantId" in document.tenantParameters,
          };
        }),
      ),
  ),
);

const csv = { body: "email\nana@example.com\n", headers: { "Content-Type": "text/csv" } };

/** What else can be named of the owner's, in ways that no example has. */
export const furtherIntrusions: RestIntrusion[] = (
  [
    ["an upload to import", "POST", `/v1/contacts/imports?uploadId=${uploadedFile}`, {}],
    ["an upload to preview", "POST", `/v1/contacts/imports/preview?uploadId=${uploadedFile}`, {}],
    [
      "an upload of ids",
      "POST",
      "/v1/contacts/bulk",
      { json: { uploadId: uploadedIds, change: { action: "unsubscribe" } } },
    ],
    [
      "those whom a job created",
      "PATCH",
      "/v1/contacts/bulk",
      { json: { filter: { createdJob: importJob }, update: { firstName: "Mine" } } },
    ],
    ["those on a list", "GET", `/v1/contacts?listId=${springList}`, {}],
    ["those on a list, as a file", "GET", `/v1/contacts/export?listId=${springList}`, {}],
    ["a list to import onto", "POST", `/v1/contacts/imports?listId=${springList}`, csv],
    [
      "a list to import onto at once",
      "POST",
      "/v1/contacts/import",
      { json: { contacts: [{ email: "ana@example.com" }], listId: springList } },
    ],
    [
      "those on a list, to be taken off",
      "POST",
      "/v1/contacts/bulk",
      {
        json: {
          filter: { listId: springList },
          change: { action: "update", removeFromLists: [springList] },
        },
      },
    ],
    ["an externalId", "GET", "/contacts/crm-1", {}, "mc_live"],
    [
      "an Idempotency-Key that was used",
      "POST",
      "/v1/contacts?upsert=true",
      { json: { email: "ana@example.com" }, headers: { "Idempotency-Key": "the-same-key" } },
    ],
  ] as [string, string, string, Intrusion["options"], KeyPrefix?][]
).map(([title, method, address, options, prefix = "sk"]) => ({
  title: `${title}: ${method} ${address}`,
  method,
  address,
  options,
  prefix,
  namesOne: false,
  takesTenant: false,
}));

/** The cursor of a list behind one contact, by its actual id. */
export function cursorBehind(id: string): string {
  return listCursor({ id, email: "ana@example.com", score: 50 }, "-createdAt");
}
