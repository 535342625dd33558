import { afterEach, describe, expect, test } from "vitest";
import { addressProblem } from "../src/receiver-address.ts";
import { webhookPost } from "../src/webhook-post.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

const never = new AbortController().signal;
const request = (url: string) => ({ url, headers: { "webhook-id": "1" }, body: '{"data":[]}' });
const allowed = webhookPost({ allowPrivate: true, timeoutMs: 400 });
const strict = webhookPost({ allowPrivate: false, timeoutMs: 400 });

const receivers: Receiver[] = [];
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
});
async function receiving(...args: Parameters<typeof startReceiver>): Promise<Receiver> {
  const receiver = await startReceiver(...args);
  receivers.push(receiver);
  return receiver;
}

test.each([200, 201, 204])("taken: %i", async (status) => {
  const receiver = await receiving((res) => res.writeHead(status).end());
  expect(await allowed(request(receiver.url), never)).toEqual({ status, error: null });
  expect(receiver.received).toEqual([{ id: "1", body: { data: [] } }]);
});

test.each([400, 404, 410, 429, 500, 503])("not taken: %i", async (status) => {
  const receiver = await receiving((res) => res.writeHead(status).end("no"));
  expect(await allowed(request(receiver.url), never)).toEqual({
    status,
    error: `It answered ${status}.`,
  });
});

test("a redirect is not followed, and where it leads is never asked", async () => {
  const target = await receiving();
  const receiver = await receiving((res) => res.writeHead(307, { Location: target.url }).end());
  const { status, error } = await allowed(request(receiver.url), never);
  expect([status, error]).toEqual([307, expect.stringContaining("a redirect, which is not followed")]);
  expect(target.received).toEqual([]);
});

test("one that does not answer is given up in time, and one that answers without an end counts by its status", async () => {
  const silent = await receiving(() => {});
  expect(await allowed(request(silent.url), never)).toEqual({
    status: null,
    error: "It did not answer within 0.4 s.",
  });
  const endless = await receiving((res) => void res.writeHead(200).write("more to come"));
  expect(await allowed(request(endless.url), never)).toEqual({ status: 200, error: null });
});

test("of an answer without a limit no more than 64 kB is let in", async () => {
  let sent = 0;
  const receiver = await receiving((res) => {
    res.writeHead(200);
    const block = Buffer.alloc(16 * 1024);
    const pour = () => {
      while (!res.destroyed && sent < 64 * 1024 * 1024) {
        sent += block.length;
        if (!res.write(block)) return void res.once("drain", pour);
      }
    };
    pour();
  });
  const slow = webhookPost({ allowPrivate: true, timeoutMs: 10_000 });
  expect(await slow(request(receiver.url), never)).toEqual({ status: 200, error: null });
  // What lies in the buffers of two sockets is beside it.
  expect(sent).toBeLessThan(32 * 1024 * 1024);
});

test("one that breaks the connection off, one where nobody listens, and a name that nobody has, are told apart", async () => {
  const rude = await receiving((res) => void res.socket!.destroy());
  expect((await allowed(request(rude.url), never)).error).toContain("broke the connection off");
  const gone = await startReceiver();
  await gone.close();
  expect((await allowed(request(gone.url), never)).error).toContain("ECONNREFUSED");
  const { error } = await allowed(request("https://nobody.invalid/hook"), never);
  expect(error).toMatch(/could not be looked up|did not answer/);
});

test("a request in hand is given up when the process leaves", async () => {
  const silent = await receiving(() => {});
  const leave = new AbortController();
  const slow = webhookPost({ allowPrivate: true, timeoutMs: 60_000 });
  const posting = slow(request(silent.url), leave.signal);
  await silent.got(1);
  leave.abort();
  expect((await posting).status).toBeNull();
});

describe("an address that is not of the Internet", () => {
  test.each(["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0"])(
    "http://%s is never connected to",
    async (host) => {
      const receiver = await receiving();
      const { status, error } = await strict(request(`http://${host}:${receiver.port}/hook`), never);
      expect([status, error]).toEqual([
        null,
        expect.stringMatching(/WEBHOOKS_ALLOW_PRIVATE|nobody's address/),
      ]);
      expect(receiver.received).toEqual([]);
    },
  );

  test.each([
    ..."0.0.0.0 10.0.0.1 100.64.0.1 127.8.8.8 169.254.169.254 172.16.0.1 172.31.255.255 192.0.2.1 192.168.1.1 198.18.0.1".split(
      " ",
    ),
    ..."224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::ffff:10.0.0.1 64:ff9b::a00:1 100::1 2001:db8::1 2002:a00:1:: fc00::1 fd12::1 fe80::1 ff02::1".split(
      " ",
    ),
  ])("%s is refused", (address) => {
    expect(addressProblem(address, { allowPrivate: false, isEncrypted: true })).not.toBeNull();
  });

  test.each(["93.184.216.34", "8.8.8.8", "172.32.0.1", "2606:2800:220:1::1"])(
    "%s is one: taken over https alone",
    (address) => {
      expect(addressProblem(address, { allowPrivate: false, isEncrypted: true })).toBeNull();
      for (const allowPrivate of [true, false]) {
        expect(addressProblem(address, { allowPrivate, isEncrypted: false })).toContain("https");
      }
    },
  );

  test("nobody's address is none of a receiver, whatever is allowed", () => {
    for (const address of ["0.0.0.0", "255.255.255.255", "224.0.0.1", "::"]) {
      expect(addressProblem(address, { allowPrivate: true, isEncrypted: true })).not.toBeNull();
    }
    expect(addressProblem("10.0.0.1", { allowPrivate: true, isEncrypted: false })).toBeNull();
  });
});
