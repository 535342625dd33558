import { request } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const file = Buffer.alloc(600_000, "someone@example.com\n");
const part =
  '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n';

it.each([
  ["/v1/contacts/imports", "text/csv", ""],
  ["/v1/contacts/imports", "multipart/form-data; boundary=b", part],
  ["/contacts/import", "multipart/form-data; boundary=b", part],
  ["/trpc/imports.upload", "application/octet-stream", ""],
])(
  "a sender who goes away in the middle leaves nothing behind, and is no error: %s, %s",
  async (path, type, start) => {
    const sending = request(api.url + path, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${api.owner.key}`,
        "Content-Type": type,
        "Content-Length": 5_000_000,
      },
    });
    sending.on("error", () => {});
    sending.write(start);
    sending.write(file);
    await expect
      .poll(() => api.deps.sql`select from upload_chunks`.then((rows) => rows.length))
      .toBeGreaterThan(0);
    sending.destroy();
    await expect.poll(() => api.deps.sql`select from uploads`.then((rows) => rows.length)).toBe(0);
    expect(await api.deps.sql`select from upload_chunks`).toHaveLength(0);
    const lines = api.logLines.map((line) => JSON.parse(line));
    expect(lines.filter(({ level }) => level >= 40)).toEqual([]);
    expect(lines.at(-1)).toMatchObject({ status: 499 });
  },
);

it("a refusal in the middle of a body is answered, and the connection serves the next request", async () => {
  const first = await api.call("POST", "/trpc/contacts.upsert", {
    json: { email: "a@example.com", name: "x".repeat(3_000_000) },
  });
  expect(first.status).toBe(413);
  for (let n = 0; n < 5; n++) expect((await api.call("GET", "/contacts")).status).toBe(200);
});
