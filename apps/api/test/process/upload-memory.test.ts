import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SpawnedApi, spawnApi } from "./spawned-api.ts";

const megabytes = 150;
/** Chunks in flight, the parser's buffers and garbage not yet collected; the file itself would be more. */
const allowance = 90;

let api: SpawnedApi;
beforeAll(async () => {
  api = await spawnApi();
});
afterAll(() => api.close());

async function* file(): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(1024 * 1024, "someone@example.com\n");
  for (let n = 0; n < megabytes; n++) yield chunk;
}

async function* form(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(
    '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n',
  );
  yield* file();
  yield Buffer.from("\r\n--b--\r\n");
}

function post(path: string, type: string, body: AsyncIterable<Uint8Array>) {
  const headers = { Authorization: `Bearer ${api.key}`, "Content-Type": type };
  return fetch(api.url + path, { method: "POST", headers, body: ReadableStream.from(body), duplex: "half" });
}

// The peak is read from /proc.
describe.runIf(process.platform === "linux")(`a file of ${megabytes} MB never stands in memory`, () => {
  it.each([
    ["as a body", 202, "/v1/contacts/imports", "text/csv", file],
    ["as a form's file", 202, "/v1/contacts/imports", "multipart/form-data; boundary=b", form],
    ["over tRPC", 200, "/trpc/imports.upload", "application/octet-stream", file],
    ["where it is refused", 413, "/contacts/import", "multipart/form-data; boundary=b", form],
  ])("%s", async (_how, status, path, type, body) => {
    const before = api.peakMemory();
    const reply = await post(path, type, body());
    expect([reply.status, await reply.text()]).toEqual([status, expect.any(String)]);
    expect(api.peakMemory() - before).toBeLessThan(allowance);
  });
});
