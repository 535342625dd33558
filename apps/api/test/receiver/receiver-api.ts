import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AmazonSns } from "@roster/usecases/events/amazon-sns.ts";
import { type HouseApi, startHouse } from "../house/house-api.ts";
import type { CallOptions, Json, Reply } from "../running-api.ts";

export type ReceiverApi = HouseApi & {
  /** Makes a source and gives what its creation answered. */
  source(wish: object): Promise<Json>;
  /** What a source shows of itself now. */
  shown(id: string): Promise<Json>;
  /** Posts what a provider would: no key of ours. */
  deliver(path: string, options: Omit<CallOptions, "key">): Promise<Reply>;
  /** What somebody's status is, and the numbers of his mails. */
  person(email: string): Promise<Json>;
  /** The addresses that Amazon SNS was asked for; it answers with the certificate of the fixtures, unless `sns.down`. */
  sns: { asked: string[]; down: boolean };
};

const fixtures = join(import.meta.dirname, "fixtures");

/** The API with a stand-in for Amazon SNS, which tests must not reach. */
export async function startReceiver(config?: Parameters<typeof startHouse>[0]): Promise<ReceiverApi> {
  const api = await startHouse(config);
  const sns = { asked: [] as string[], down: false };
  const answer = async (address: unknown) => {
    sns.asked.push(String(address));
    if (sns.down) throw new TypeError("fetch failed");
    return new Response(readFileSync(join(fixtures, "sns-certificate.pem")));
  };
  api.deps.sns = new AmazonSns(answer as typeof fetch);
  return {
    ...api,
    sns,
    async source(wish) {
      const { status, body } = await api.house("POST", "/v1/event-sources", { json: wish });
      if (status !== 201) throw new Error(`not made: ${JSON.stringify(body)}`);
      return body.data;
    },
    async shown(id) {
      return (await api.house("GET", `/v1/event-sources/${id}`)).body.data;
    },
    deliver: (path, options) => api.call("POST", path, { ...options, key: null }),
    async person(email) {
      const { body } = await api.house("POST", "/v1/contacts/lookup", { json: { emails: [email] } });
      const [{ status }] = body.data.found;
      const [row] = await api.deps.sql<
        { sent: number; delivered: number; opened: number; clicked: number }[]
      >`
        select e.sent, e.delivered, e.opened, e.clicked
        from contacts c join engagement e on e.tenant_id = c.tenant_id and e.contact_id = c.id
        where c.email = ${email}`;
      return { status, ...(row ?? { sent: 0, delivered: 0, opened: 0, clicked: 0 }) };
    },
  };
}

/** The key whose certificate the stand-in for Amazon SNS has. */
export const snsPrivateKey = readFileSync(join(fixtures, "sns-key.pem"));
