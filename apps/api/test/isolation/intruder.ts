import { randomUUID } from "node:crypto";
import type { KeyPrefix } from "@roster/domain/accounts/scope.ts";
import { createAccount } from "@roster/usecases/accounts/accounts.ts";
import type { CallOptions, RunningApi } from "../running-api.ts";
import { type Names, named, unnamed } from "./owner-world.ts";

/** Whose key it is that is none of the owner's: each has an empty tenant of its own. */
export const intruders = {
  /** Another account's, with all rights there. */
  stranger: async (api: RunningApi, tenant: string, prefix: KeyPrefix) => {
    const { name } = await createAccount(api.deps, { name: `a${randomUUID()}` });
    return api.newKey({ account: name, tenant, prefix });
  },
  /** Of another tenant of the same account. */
  neighbour: (api: RunningApi, tenant: string, prefix: KeyPrefix) =>
    api.newKey({ tenant, prefix, scopes: ["contacts"] }),
  /** The same with the scope admin, who could name the owner's tenant and does not. */
  colleague: (api: RunningApi, tenant: string, prefix: KeyPrefix) => api.newKey({ tenant, prefix }),
};
export type Intruder = keyof typeof intruders;

/** A request under the documents' names. */
export type Intrusion = { method: string; address: string; options: CallOptions };

/** What an intruder is answered, under the documents' names and without what differs each time. */
export async function intrude(
  api: RunningApi,
  { intruder, prefix, names }: { intruder: Intruder; prefix: KeyPrefix; names: Names },
  { method, address, options: { json, body, headers = {} } }: Intrusion,
): Promise<{ status: number; headers: object; text: string }> {
  const tenant = `t${randomUUID()}`;
  const { key } = await intruders[intruder](api, tenant, prefix);
  const reply = await api.call(method, named(address, names), {
    key,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, named(value, names)])),
    ...(json !== undefined && { json: JSON.parse(named(JSON.stringify(json), names)) }),
    ...(body !== undefined && { body: typeof body === "string" ? named(body, names) : body }),
  });
  const known = new Map([...names, ["<own tenant>", tenant]]);
  const varying = ["date", "etag", "x-request-id", ...(reply.status < 400 ? ["content-length"] : [])];
  const told = [...reply.headers].filter(([name]) => !varying.includes(name));
  return {
    status: reply.status,
    headers: Object.fromEntries(told.map(([name, value]) => [name, unnamed(value, known)])),
    text: unnamed(reply.text, known),
  };
}
