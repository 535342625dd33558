import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SpawnedApi, spawnApi } from "./spawned-api.ts";

const megabytes = 100;
/** Garbage not yet collected, mostly: after the first 40 MB, 500 more added nothing. The file itself would be more. */
const allowance = 60;

let api: SpawnedApi;
beforeAll(async () => {
  api = await spawnApi();
  await post("/v1/contacts/imports", "text/csv", file(40));
});
afterAll(() => api.close());

async function* file(size = megabytes): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(1024 * 1024, "someone@example.com\n");
  for (let n = 0; n < size; n++) yield chunk;
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
