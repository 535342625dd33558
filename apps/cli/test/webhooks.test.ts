import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningRoster, startRoster } from "./running-roster.ts";

let roster: RunningRoster;
let receiver: Server;
let url: string;
let status = 204;
beforeAll(async () => {
  roster = await startRoster();
  receiver = createServer((req, res) => req.resume().on("end", () => res.writeHead(status).end()));
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
  await roster?.close();
  receiver?.closeAllConnections();
  receiver?.close();
});

const webhooks = (...args: string[]) => roster.roster(["webhooks", ...args]);

test("an endpoint is made, tried out, looked at, told again, switched off and on, and deleted", async () => {
  expect((await webhooks("list")).stdout).toContain("There is no endpoint yet.");
  const made = await webhooks("create", url, "--events", "contact.created", "contact.deleted");
  const [id] = /[0-9a-f-]{36}/.exec(made.stdout)!;
  expect([made.code, made.stdout]).toEqual([0, expect.stringMatching(/\n {2}whsec_[\w+/=]{44}\n/)]);
  expect(await webhooks("test", id)).toMatchObject({
    code: 0,
    stdout: "It was taken: the endpoint answered 204.\n",
  });
  status = 500;
  expect(await webhooks("test", id)).toMatchObject({
    code: 1,
    stdout: "It was not taken. It answered 500.\n",
  });
  status = 204;
  const listed = await webhooks("list");
  expect(listed.stdout).toMatch(new RegExp(`${id} +on +20.* contact\\.created, contact\\.deleted`));
  const log = await webhooks("deliveries", id, "--state", "failed");
  expect(log.stdout).toMatch(/ test +failed +0 +1 +500 +It answered 500\./);
  const [delivery] = JSON.parse((await webhooks("deliveries", id, "--json")).stdout);
  expect((await webhooks("replay", id, "--delivery", delivery.id)).stdout).toContain("once more");
  expect((await webhooks("replay", id, "--from", "2026-01-31")).code).toBe(0);
  expect((await webhooks("disable", id)).stdout).toContain("is off");
  expect((await webhooks("list")).stdout).toMatch(new RegExp(`${id} +off `));
  expect((await webhooks("enable", id)).stdout).toContain("is on");
  expect((await webhooks("secret", id)).stdout).toMatch(/until 20.* UTC[\s\S]*whsec_/);
  expect((await webhooks("delete", id)).code).toBe(0);
  expect((await webhooks("test", id)).stderr).toContain("There is no such webhook.");
}, 60_000);

test.each([
  [["create", "https://example.com"], /--events/],
  [["create", "https://example.com", "--events", "contact.opened"], /Allowed choices are contact\.created/],
  [["deliveries", "x", "--state", "late"], /pending, delivered/],
  [["replay", "x"], /--from a place, or --delivery/],
  [["replay", "x", "--from", "now", "--delivery", "y"], /cannot be used/],
])("%j is told to be wrong", async (args, says) => {
  const { code, stderr } = await webhooks(...args);
  expect([code, stderr]).toEqual([2, expect.stringMatching(says)]);
});
