import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Chance } from "./chance.ts";
import { type ContactChange, ContactCopy } from "./contact-copy.ts";

/** What a receiver does with one request after the other. */
const manners = [
  "refuses",
  "takes",
  "takes and cuts",
  "takes",
  "is silent",
  "takes",
  "cuts",
  "takes",
] as const;

type Request = { id: string; took: boolean };

/** A program that is told of changes, keeps a copy by them, and often does not answer as it should. */
export class WebhookReceiver {
  readonly copy = new ContactCopy();
  readonly problems: string[] = [];
  /** In the order in which they came. */
  readonly requests: Request[] = [];
  readonly #server: Server;
  readonly #first: number;
  /** Of the endpoint, as soon as it is known. */
  secret = "";
  #isKind = false;

  private constructor(chance: Chance) {
    // One that it does not take comes first.
    this.#first = 2 * chance.below(manners.length / 2);
    this.#server = createServer((request, response) => {
      this.#receive(request, response).catch(() => response.destroy());
    }).listen(0, "127.0.0.1");
  }

  static async open(chance: Chance): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver(chance);
    await once(receiver.#server, "listening");
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}/hook`;
  }

  /** How many requests it did not answer as one should. */
  get failed(): number {
    return this.requests.filter(({ took }) => !took).length;
  }

  /** From now on it takes everything. */
  behave(): void {
    this.#isKind = true;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces).toString();
    const id = String(request.headers["webhook-id"]);
    if (!isSigned(request.headers, body, this.secret)) this.problems.push(`a request was not signed: ${id}`);
    const { type, data } = JSON.parse(body) as { type: string; data: ContactChange[] };
    if (type !== "changes") this.problems.push(`a request was of the type ${type}`);
    const manner = this.#isKind ? "takes" : manners[(this.#first + this.requests.length) % manners.length]!;
    this.requests.push({ id, took: manner === "takes" });
    if (manner.startsWith("takes")) for (const change of data) this.copy.apply(change);
    if (manner === "takes") response.writeHead(204).end();
    else if (manner === "refuses") response.writeHead(500).end();
    else if (manner !== "is silent") response.destroy();
  }
}

/** As the documentation tells receivers to check it. */
function isSigned(headers: IncomingMessage["headers"], body: string, secret: string): boolean {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const expected = `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
  const age = Date.now() / 1000 - Number(headers["webhook-timestamp"]);
  return String(headers["webhook-signature"]).split(" ").includes(expected) && Math.abs(age) < 300;
}
