import { randomUUID } from "node:crypto";
import type { ContactInput } from "@roster/domain/contact.ts";
import { toHouseId } from "@roster/domain/house-id.ts";
import type { KeyPrefix, Scope } from "@roster/domain/scope.ts";
import { authenticate } from "@roster/usecases/authentication.ts";
import { upsertContact } from "@roster/usecases/contacts.ts";
import type { NewKey } from "@roster/usecases/keys.ts";
import { ana, bo, cara } from "../../src/docs/example-people.ts";
import type { RunningApi } from "../running-api.ts";

/** A tenant in which everything is as the examples say, under ids of its own. */
export type ExampleWorld = {
  key: NewKey;
  /** The documents' ids and names, each with the one that it has in this tenant. */
  here: ReadonlyMap<string, string>;
};

const people: [person: { id: string; houseId: string }, input: ContactInput][] = [
  [
    ana,
    {
      email: "ana@example.com",
      firstName: "Ana",
      lastName: "Ruiz",
      externalId: "crm-1",
      locale: "en",
      tags: ["spring"],
      attributes: { plan: "pro" },
    },
  ],
  [bo, { email: "bo@example.com", status: "unsubscribed" }],
  [cara, { email: "cara@example.com", status: "bounced" }],
];

export async function exampleWorld(
  api: RunningApi,
  { prefix, scopes = ["admin"] }: { prefix: KeyPrefix; scopes?: Scope[] },
): Promise<ExampleWorld> {
  const tenant = `t${randomUUID()}`;
  const key = await api.newKey({ tenant, prefix, scopes });
  const owner = await authenticate(api.deps, (await api.newKey({ tenant })).key, undefined);
  const here = new Map([["default", tenant]]);
  for (const [person, input] of people) {
    const { contact } = await upsertContact(api.deps, owner, input);
    here.set(person.id, contact.id).set(person.houseId, toHouseId(contact.id));
  }
  return { key, here };
}
