import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type HouseApi, startHouse } from "./house-api.ts";

let api: HouseApi;
let tenantId: string;
beforeAll(async () => {
  api = await startHouse();
});
afterAll(() => api?.close());
beforeEach(async () => {
  tenantId = await api.freshTenant();
});

it("64 simultaneous first inserts of one email: one 201, 63 times 200, and every field of each is there", async () => {
  const replies = await Promise.all(
    Array.from({ length: 64 }, (_, i) =>
      api.house("POST", "/v1/contacts?upsert=true", {
        json: { email: "One@x.io", tags: i < 40 ? [`t${i}`] : [], metadata: { [`k${i}`]: i } },
      }),
    ),
  );
  const statuses = replies.map(({ status }) => status).sort();
  expect(statuses).toEqual([...Array(63).fill(200), 201]);
  expect(new Set(replies.map(({ body }) => body.data.id)).size).toBe(1);
  const { body } = await api.house("GET", "/v1/contacts");
  expect(body.pagination.total).toBe(1);
  const [contact] = body.data;
  expect(contact.metadata).toEqual(Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`k${i}`, i])));
  expect(contact.tags.toSorted()).toEqual(Array.from({ length: 40 }, (_, i) => `t${i}`).sort());
});

it("64 simultaneous creations of one email: one 201, and 63 times 409 naming it", async () => {
  const replies = await Promise.all(
    Array.from({ length: 64 }, () => api.house("POST", "/v1/contacts", { json: { email: "one@x.io" } })),
  );
  const made = replies.filter(({ status }) => status === 201);
  expect(made.length).toBe(1);
  const refused = replies.filter(({ status }) => status === 409);
  expect(refused.map(({ body }) => body.contactId)).toEqual(Array(63).fill(made[0]!.body.data.id));
});

it("200 bulk requests at once: 200 jobs, and all are done", async () => {
  const { id } = await api.created({ email: "one@x.io" });
  const replies = await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      api.house("POST", "/v1/contacts/bulk", {
        json: { ids: [id], change: { action: "update", patch: { attributes: { [`k${i % 90}`]: i } } } },
      }),
    ),
  );
  expect(replies.map(({ status }) => status)).toEqual(Array(200).fill(202));
  const jobs: string[] = replies.map(({ body }) => body.data.jobId);
  expect(new Set(jobs).size).toBe(200);
  // As many at a time as a worker does.
  const queue = [...jobs];
  const lane = async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) await api.work(job, tenantId);
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
  const states = await Promise.all(jobs.map(async (job) => (await api.house("GET", `/v1/jobs/${job}`)).body));
  expect(states.map(({ data }) => [data.state, data.counters.updated + data.counters.unchanged])).toEqual(
    Array(200).fill(["completed", 1]),
  );
  const { body } = await api.house("GET", `/v1/contacts/${id}`);
  expect(Object.keys(body.data.metadata).length).toBe(90);
});
