import { Agent, request } from "node:http";

/** A request exactly as it goes over the wire: neither its path nor its headers are mended on the way. */
export type RawRequest = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer | null;
};

export type RawAnswer = { status: number; contentType: string; text: string };

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Sends a request; of a stream of events only the beginning is read. */
export function rawCall(url: string, { method, path, headers, body }: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const length = body === null ? {} : { "Content-Length": String(body.length) };
    const call = request(url, { agent, method, path, headers: { ...headers, ...length } }, (answer) => {
      const contentType = answer.headers["content-type"] ?? "";
      const status = answer.statusCode!;
      if (contentType.startsWith("text/event-stream")) {
        answer.destroy();
        return resolve({ status, contentType, text: "" });
      }
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => resolve({ status, contentType, text }));
      answer.on("error", reject);
    });
    call.on("error", reject);
    call.end(body ?? undefined);
  });
}
