import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

async function queue(): Promise<string> {
  const csv = `email\n${Array.from({ length: 500 }, (_, n) => `w${n}@example.com`).join("\n")}\n`;
  const reply = await api.call("POST", "/v1/contacts/imports", {
    body: csv,
    headers: { "Content-Type": "text/csv" },
  });
  return reply.body.data.jobId;
}

function watch(id: string, signal?: AbortSignal) {
  const input = encodeURIComponent(JSON.stringify({ id }));
  return fetch(`${api.url}/trpc/jobs.watch?input=${input}`, {
    headers: { Authorization: `Bearer ${api.owner.key}`, Accept: "text/event-stream" },
    ...(signal !== undefined && { signal }),
  });
}

it("a job's states arrive as server-sent events, the present one first, and the stream ends with the job", async () => {
  const id = await queue();
  const response = await watch(id);
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  let text = "";
  let working: Promise<void> | null = null;
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes('"queued"')) working ??= api.work(id);
  }
  await working;
  const states = [...text.matchAll(/"state":"(\w+)"/g)].map(([, state]) => state);
  expect(states[0]).toBe("queued");
  expect(states.at(-1)).toBe("completed");
  expect(text).toContain("event: return");
});

it("an unknown job is told in the stream as a refusal", async () => {
  const text = await (await watch("0190a000-0000-7000-8000-000000000000")).text();
  expect(text).toContain('"refusal":"not_found"');
});

it("a reader who leaves is forgotten, and the server stops although others watch", async () => {
  const leaving = new AbortController();
  const left = await watch(await queue(), leaving.signal);
  await left.body!.getReader().read();
  leaving.abort();
  const staying = await watch(await queue());
  const reader = staying.body!.getReader();
  await reader.read();
  const started = performance.now();
  await api.close();
  expect(performance.now() - started).toBeLessThan(4000);
  const errors = api.logLines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50);
  expect(errors).toEqual([]);
  api = await startApi();
});
