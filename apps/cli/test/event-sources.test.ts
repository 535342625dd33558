import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "./running-roster.ts";

let roster: RunningRoster;
beforeAll(async () => {
  roster = await startRoster({ worker: false });
});
afterAll(() => roster?.close());

const sources = (...args: string[]) => roster.roster(["event-sources", ...args]);
const post = (address: string) => {
  const { username, password, href } = new URL(address);
  const bare = href.replace(`${username}:${password}@`, "");
  const headers = { Authorization: `Basic ${btoa(`${username}:${password}`)}` };
  return fetch(bare, { method: "POST", body: '{"RecordType":"Inbound"}', headers });
};

test("create ends with the whole address, which works as it is; list shows what came; rotate replaces it", async () => {
  expect((await sources("list")).stdout).toContain("There is no event source yet.");
  const made = await sources("create", "--provider", "postmark", "Broad\u001b[31mcasts");
  expect([made.code, made.stderr]).toEqual([0, expect.stringContaining("shown once")]);
  const address = made.stdout.trim().split("\n").at(-1)!;
  expect(address).toMatch(/^http:\/\/roster:\w{43}@127\.0\.0\.1:\d+\/receive\/evs_\w{43}$/);
  expect((await post(address)).status).toBe(200);

  const [source] = JSON.parse((await sources("list", "--json")).stdout);
  expect(source.received).toMatchObject({ ignored: 1 });
  const { stdout } = await sources("list");
  expect(stdout).toContain(source.beginning);
  expect(stdout).not.toContain("\u001b");

  const rotated = JSON.parse((await sources("rotate", source.id, "--json")).stdout);
  expect((await post(address)).status).toBe(404);
  expect((await post(rotated.address)).status).toBe(200);

  expect((await sources("delete", source.id)).code).toBe(0);
  expect((await post(rotated.address)).status).toBe(404);
});

test("a source of Amazon SES needs its topic, and gets another one; a setting of another provider is named", async () => {
  const refused = await sources("create", "--provider", "ses", "SES");
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("--topic-arn")]);
  const wrong = await sources("create", "--provider", "ses", "--topic-arn", "news", "SES");
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("Give the topic's ARN")]);
  const topic = "arn:aws:sns:eu-central-1:123456789012:news";
  const made = await sources("create", "--provider", "ses", "--topic-arn", topic, "SES", "--json");
  const { id, settings, path, address } = JSON.parse(made.stdout);
  expect([settings, address]).toEqual([{ topicArn: topic }, `${roster.url}${path}`]);
  const updated = await sources("update", id, "--topic-arn", `${topic}-2`, "--name", "SES 2", "--json");
  expect(JSON.parse(updated.stdout)).toMatchObject({ name: "SES 2", settings: { topicArn: `${topic}-2` } });
  const foreign = await sources("update", id, "--no-basic-auth");
  expect([foreign.code, foreign.stderr]).toEqual([1, expect.stringContaining("no such setting")]);
});
