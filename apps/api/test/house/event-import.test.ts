import { afterAll, beforeAll, expect, it } from "vitest";
import { type HouseApi, startHouse } from "./house-api.ts";

let api: HouseApi;
let tenantId: string;
beforeAll(async () => {
  api = await startHouse();
  tenantId = await api.freshTenant();
  await api.created({ email: "ann@x.io" });
});
afterAll(() => api?.close());

const lines = (...events: object[]) => events.map((event) => `${JSON.stringify(event)}\n`).join("");

async function worked(reply: { status: number; body: { data: { jobId: string } } }) {
  expect(reply.status).toBe(202);
  const { jobId } = reply.body.data;
  await api.work(jobId, tenantId);
  return (await api.house("GET", `/v1/jobs/${jobId}`)).body.data;
}

it("takes NDJSON and CSV as the body, a form, a JSON array, and an upload that is here", async () => {
  const event = { type: "opened", email: "ann@x.io", campaignId: "c1" };
  const counted = (created: number) => ({ state: "completed", target: "events", counters: { created } });
  const as = (type: string) => ({ headers: { "Content-Type": type } });
  expect(
    await worked(
      await api.house("POST", "/v1/events/imports?name=Log", {
        body: lines({ ...event, id: "1" }, { ...event, id: "2" }),
        ...as("application/x-ndjson"),
      }),
    ),
  ).toMatchObject({ ...counted(2), name: "Log", kind: "import", undoable: false });
  expect(
    await worked(
      await api.house("POST", "/mail/v1/events/imports?map=what%3Dtype", {
        body: "id,what,email\n1,opened,ann@x.io\n3,clicked,ann@x.io\n",
        ...as("text/csv"),
      }),
    ),
  ).toMatchObject({ state: "completed", counters: { created: 1, duplicate: 1 } });
  const form = new FormData();
  form.set("file", new Blob([lines({ ...event, id: "4" })]), "log.ndjson");
  expect(await worked(await api.house("POST", "/v1/events/imports", { body: form }))).toMatchObject(
    counted(1),
  );
  expect(
    await worked(await api.house("POST", "/v1/events/imports", { json: [{ ...event, id: "5" }] })),
  ).toMatchObject(counted(1));
  const preview = await api.house("POST", "/v1/events/imports/preview", {
    body: lines({ ...event, id: "6" }),
    ...as("application/x-ndjson"),
  });
  expect(preview.body.data.rows[0].event).toMatchObject({ id: "6", contact: { email: "ann@x.io" } });
  const { uploadId } = preview.body.data;
  expect(
    await worked(await api.house("POST", "/v1/events/imports", { json: { uploadId, name: "again" } })),
  ).toMatchObject({ ...counted(1), name: "again" });
});

it("400 for options that mean nothing here, in the query, a form or an object", async () => {
  const body = lines({ type: "opened", email: "ann@x.io" });
  const headers = { "Content-Type": "application/x-ndjson" };
  for (const option of ["onExisting=skip", "tags=a", "target=contacts", "dryRun=true"]) {
    const { status, body: told } = await api.house("POST", `/v1/events/imports?${option}`, { body, headers });
    expect([status, Object.keys(told.details.fieldErrors)]).toEqual([400, [option.split("=")[0]]]);
  }
  const form = new FormData();
  form.set("tags", "a");
  form.set("file", new Blob([body]), "log.ndjson");
  expect((await api.house("POST", "/v1/events/imports", { body: form })).status).toBe(400);
  const object = await api.house("POST", "/v1/events/imports", { json: { uploadId: "x", tags: ["a"] } });
  expect([object.status, Object.keys(object.body.details.fieldErrors)]).toEqual([400, ["tags"]]);
});

it("rows that failed are told as those of any import, and mended go in", async () => {
  const job = await worked(
    await api.house("POST", "/v1/events/imports", {
      body: "id,type,email\n7,opened,late@x.io\n8,opened,ann@x.io\n",
      headers: { "Content-Type": "text/csv" },
    }),
  );
  expect(job.counters).toMatchObject({ created: 1, failed: 1 });
  const { body } = await api.house("GET", `/v1/jobs/${job.id}/errors`);
  expect(body.data).toMatchObject([{ row: 2, code: "contact_unknown", email: "late@x.io" }]);
  const csv = await api.house("GET", `/v1/jobs/${job.id}/errors.csv`);
  await api.created({ email: "late@x.io" });
  const again = await api.house("POST", "/v1/events/imports", {
    body: csv.text,
    headers: { "Content-Type": "text/csv" },
  });
  expect((await worked(again)).counters).toMatchObject({ created: 1, failed: 0 });
});
