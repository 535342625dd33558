import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
  // As PostgreSQL says it where it cannot extend a file; a disk that is really full is among the faults.
  await api.deps.sql.unsafe(`
    create function refuse() returns trigger language plpgsql as $$
      begin raise 'could not extend file' using errcode = 'disk_full'; end $$;
    create trigger full_disk before insert on contacts for each row execute function refuse();
    create trigger full_disk before insert on upload_chunks for each row execute function refuse();`);
});
afterAll(() => api.close());

const sentence =
  "The server's disk is full, and nothing of this request was kept. Send it again when the operator has made room.";

it("507: a contact is not taken while PostgreSQL's disk is full, and the log says why", async () => {
  const reply = await api.call("POST", "/contacts", { json: { email: "ann@example.com" } });
  expect([reply.status, reply.body]).toMatchObject([507, { error: { message: sentence } }]);
  expect(api.logLines.join("")).toContain("could not extend file");
});

it("507: nor is a file, of which nothing stays", async () => {
  const reply = await api.call("POST", "/v1/contacts/imports", {
    body: "email\nann@example.com\n",
    headers: { "Content-Type": "text/csv" },
  });
  expect([reply.status, reply.body]).toMatchObject([507, { error: sentence, code: "storage_full" }]);
  expect(await api.deps.sql`select from uploads`).toHaveLength(0);
});

it("503 over tRPC, which has no word for it", async () => {
  const json = { email: "ann@example.com" };
  const reply = await api.call("POST", "/trpc/contacts.upsert", { json });
  expect([reply.status, reply.body]).toMatchObject([
    503,
    { error: { message: sentence, data: { refusal: "storage_full" } } },
  ]);
});
