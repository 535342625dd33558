import { afterAll, beforeAll, expect, it } from "vitest";
import { closed, openSocket } from "./raw-socket.ts";
import { type RunningApi, startApi } from "./running-api.ts";

const patience = { head: 400, silence: 700, rest: 500 };
let api: RunningApi;
beforeAll(async () => {
  api = await startApi({}, patience);
});
afterAll(() => api?.close());

const uuid = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** @returns the status, the headers by lower-case name and the body of the one answer in a text */
function answerIn(text: string): { status: number; headers: Record<string, string>; body: string } {
  const [head, body] = text.split("\r\n\r\n");
  const [first, ...lines] = head!.split("\r\n");
  const headers = lines.map((line) => {
    const [name, ...value] = line.split(":");
    return [name!.toLowerCase(), value.join(":").trim()];
  });
  return { status: Number(first!.split(" ")[1]), headers: Object.fromEntries(headers), body: body! };
}

it.each([
  ["no HTTP", "HELLO\r\n\r\n", 400, "malformed_request"],
  [
    "a header without a colon",
    "GET /healthz HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
    400,
    "malformed_request",
  ],
  ["no Host", "GET /healthz HTTP/1.1\r\n\r\n", 400, "malformed_request"],
  [
    "two lengths",
    "POST /contacts HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    400,
    "malformed_request",
  ],
  [
    "a long header",
    `GET /healthz HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`,
    431,
    "headers_too_large",
  ],
  ["a long address", `GET /${"x".repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431, "headers_too_large"],
])(
  "%s is answered with an id and a sentence, and the connection is closed",
  async (_, text, status, code) => {
    const socket = await openSocket(api.url);
    socket.write(text);
    const answer = answerIn(await closed(socket));
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ success: false, error: expect.stringMatching(/\.$/), code });
    expect(answer.headers["x-request-id"]).toMatch(uuid);
    expect(api.logLines.at(-1)).toContain(answer.headers["x-request-id"]);
    expect(api.logLines.at(-1)).not.toContain("xxx");
  },
);

it("a head that comes letter by letter is not waited for", async () => {
  const socket = await openSocket(api.url);
  const drip = setInterval(() => socket.write("x"), 50);
  socket.write("GET /healthz HTTP/1.1\r\nHost: a\r\nX: ");
  const answer = answerIn(await closed(socket));
  clearInterval(drip);
  expect([answer.status, JSON.parse(answer.body).code]).toEqual([408, "request_timeout"]);
});

it("an upload may be slow as long as it is not silent", async () => {
  const headers = `Host: a\r\nAuthorization: Bearer ${api.owner.key}\r\nContent-Type: text/csv\r\n`;
  const socket = await openSocket(api.url);
  const line = "slow@example.com\n";
  socket.write(
    `POST /v1/contacts/imports HTTP/1.1\r\n${headers}Connection: close\r\nContent-Length: ${6 + 8 * line.length}\r\n\r\nemail\n`,
  );
  for (let n = 0; n < 8; n++) {
    await pause(patience.silence / 3);
    socket.write(line);
  }
  expect(answerIn(await closed(socket)).status).toBe(202);

  const silent = await openSocket(api.url);
  silent.write(`POST /v1/contacts/imports HTTP/1.1\r\n${headers}Content-Length: 100\r\n\r\nemail\n`);
  expect(await closed(silent)).toBe("");
});

it("whoever was answered before the end of a body cannot go on with it for ever", async () => {
  const socket = await openSocket(api.url);
  socket.write(
    "POST /v1/contacts/imports HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\nContent-Length: 100000\r\n\r\nemail\n",
  );
  const drip = setInterval(() => socket.write("x"), 50);
  const answer = answerIn(await closed(socket));
  clearInterval(drip);
  expect(answer.status).toBe(401);
});

it("a chunk that is none ends the request that it belongs to, and is no bug", async () => {
  const socket = await openSocket(api.url);
  const headers = `Host: a\r\nAuthorization: Bearer ${api.owner.key}\r\nContent-Type: text/csv\r\n`;
  socket.write(
    `POST /v1/contacts/imports HTTP/1.1\r\n${headers}Transfer-Encoding: chunked\r\n\r\n6\r\nemail\n\r\n`,
  );
  await pause(100);
  socket.write("zz\r\n");
  expect(answerIn(await closed(socket)).status).toBe(400);
  await expect
    .poll(() => api.deps.sql`select from uploads where completed_at is null`.then((rows) => rows.length))
    .toBe(0);
  expect(api.logLines.filter((line) => JSON.parse(line).level >= 40)).toEqual([]);
});

it.each([
  ["GET", "/nothing", 404],
  ["GET", "/contacts/nothing", 404],
  ["GET", "/v1/bulk/nothing", 404],
  ["GET", "/api/v1/nothing", 404],
  ["GET", "/mail/v1/nothing", 404],
  ["GET", "/trpc/nothing", 404],
  ["GET", "/docs/nothing", 404],
  ["GET", "/docs", 200],
  ["HEAD", "/contacts", 200],
  ["DELETE", "/healthz", 404],
  ["POST", "/contacts", 413],
  ["POST", "/trpc/contacts.upsert", 413],
] as const)(
  "%s %s is answered %d with an id, no framework and nothing for a browser to run",
  async (method, path, status) => {
    const json = status === 413 ? { email: "a@example.com", name: "x".repeat(3_000_000) } : undefined;
    const { headers, ...reply } = await api.call(method, path, {
      json,
      headers: { "X-Request-Id": "mine-1" },
    });
    expect([reply.status, headers.get("x-request-id")]).toEqual([status, "mine-1"]);
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("default-src 'self'");
    // Whether the host speaks TLS is for the proxy to say.
    expect(headers.get("strict-transport-security")).toBeNull();
  },
);

it("an expectation that nobody knows is passed over", async () => {
  const socket = await openSocket(api.url);
  socket.write("GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\nConnection: close\r\n\r\n");
  const { status, headers } = answerIn(await closed(socket));
  expect([status, headers["x-request-id"]]).toEqual([200, expect.stringMatching(uuid)]);
});

it("HEAD is GET without a body", async () => {
  const get = await api.call("GET", "/contacts");
  const head = await api.call("HEAD", "/contacts");
  expect(head.text).toBe("");
  expect(head.headers.get("content-length")).toBe(get.headers.get("content-length"));
});

it.each([
  ["/contacts", {}, "GET, HEAD, POST"],
  ["/contacts/x", {}, "DELETE, GET, HEAD, PATCH"],
  ["/contacts", { "X-Tenant-Id": "default" }, "GET, HEAD, POST, PUT"],
  ["/v1/contacts", {}, "GET, HEAD, POST, PUT"],
  ["/v1/bulk/contacts", {}, "GET, HEAD, POST"],
  ["/api/v1/contacts", {}, "GET, HEAD, POST"],
  ["/trpc/contacts.list", {}, "GET, POST"],
  ["/healthz", {}, "GET, HEAD"],
])("OPTIONS %s %j is answered with its methods, without a key", async (path, headers, methods) => {
  const reply = await api.call("OPTIONS", path, { key: null, headers });
  expect(reply.status).toBeLessThan(300);
  expect(reply.headers.get("allow")).toBe(methods);
});

it("OPTIONS of a path that is not there is 404", async () => {
  for (const path of ["/nothing", "/contacts/a/b/c", "/v1/nothing"]) {
    expect((await api.call("OPTIONS", path)).status).toBe(404);
  }
});

it.each([
  ["/contacts/%E0%A4%A", {}, (body: Body) => body.error.code, "INVALID_REQUEST_PATH"],
  ["/contacts/%ff", { "X-Tenant-Id": "default" }, (body: Body) => body.statusCode, 400],
  ["/v1/bulk/contacts/%E0%A4%A", {}, (body: Body) => body.error.type, "validation_error"],
  ["/api/v1/contacts/%zz", {}, (body: Body) => body.success, false],
  ["/mail/api/v1/contacts/%", {}, (body: Body) => body.success, false],
  ["/v1/contacts/%E0%A4%A", {}, (body: Body) => body.code, "malformed_path"],
  ["/v1/jobs/%E0%A4%A", {}, (body: Body) => body.code, "malformed_path"],
])("%s is 400 in the dialect's own envelope", async (path, headers, word, expected) => {
  const socket = await openSocket(api.url);
  const more = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  // By hand: fetch would mend the address.
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${api.owner.key}\r\nConnection: close\r\n${more}\r\n`,
  );
  const answer = answerIn(await closed(socket));
  expect([answer.status, word(JSON.parse(answer.body))]).toEqual([400, expected]);
});

// biome-ignore lint/suspicious/noExplicitAny: each dialect has another one
type Body = any;
