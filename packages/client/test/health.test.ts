import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "../../../apps/cli/test/running-roster.ts";
import { createRosterClient, isRosterError, type RosterClient } from "../src/client.ts";

let roster: RunningRoster;
let client: RosterClient;
beforeAll(async () => {
  roster = await startRoster();
  client = createRosterClient({ url: roster.url, key: roster.key });
});
afterAll(() => roster?.close());

test("a run is started, watched, read, exported and acted upon", async () => {
  await client.contacts.create.mutate({ email: "bob@gmal.com" });
  await client.contacts.create.mutate({ email: "ann@acme.com" });
  const { jobId } = await client.health.run.mutate();
  const states = [];
  for await (const job of client.watchJob(jobId)) states.push(job.state);
  expect(states.at(-1)).toBe("completed");
  const stats = await client.health.stats.query();
  expect(stats).toMatchObject({ lastRunId: jobId, riskyCount: 1, healthScore: 75 });
  expect(stats.lastRunAt).toMatch(/^\d{4}-.*Z$/);
  expect((await client.health.runs.query({})).runs).toMatchObject([{ id: jobId, contacts: 2 }]);
  const { findings } = await client.health.findings.query({ reason: "likely_typo" });
  expect(findings).toMatchObject([{ suggestion: "bob@gmail.com", contact: { email: "bob@gmal.com" } }]);

  const text = async (options: Parameters<RosterClient["exportFindings"]>[0]) =>
    new Response(await client.exportFindings(options)).text();
  expect((await text({})).split("\n")[1]).toContain(",bob@gmal.com,active,risky,likely_typo,");
  expect((await text({ class: "unengaged", runId: jobId })).trim().split("\n")).toHaveLength(1);
  const error = await client.exportFindings({ runId: "none" }).catch((error: unknown) => error);
  expect(isRosterError(error) && error.data?.refusal).toBe("not_found");

  const change = await client.health.change.mutate({ class: "risky", action: "tag", tag: "check" });
  for await (const job of client.watchJob(change.jobId)) states.push(job.state);
  expect((await client.contacts.list.query({ tags: ["check"] })).total).toBe(1);
});
