import { afterAll, beforeAll, expect, it } from "vitest";
import { dialectDocuments } from "../../src/docs/catalog.ts";
import { type RunningApi, startApi } from "../running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const get = (path: string) => api.call("GET", path, { key: null });

it("/docs lists every dialect, without a key", async () => {
  const { status, text, headers } = await get("/docs");
  expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  for (const { slug } of dialectDocuments) {
    expect(text).toContain(`href="/docs/${slug}"`);
    expect(text).toContain(`href="/docs/${slug}/openapi.json"`);
  }
});

it.each(dialectDocuments)("/docs/$slug loads nothing but files that are served here", async ({ slug }) => {
  for (const path of [`/docs/${slug}`, `/docs/${slug}/`]) {
    const { status, text, headers } = await get(path);
    expect(status).toBe(200);
    expect(text).not.toMatch(/https?:\/\//);
    const policy = headers.get("content-security-policy");
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/https?:|unsafe-eval|upgrade-insecure/);
    const files = [...text.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, file]) => file!);
    expect(files).toHaveLength(3);
    for (const file of files) {
      const reply = await get(file);
      expect([file, reply.status]).toEqual([file, 200]);
      expect(reply.headers.get("content-type")).toMatch(file.endsWith(".css") ? /^text\/css/ : /javascript/);
    }
  }
});

it("404: a dialect that there is not, and other files of the package", async () => {
  for (const path of [
    "/docs/nobody",
    "/docs/ui/index.html",
    "/docs/ui/package.json",
    "/docs/nobody/openapi.json",
  ]) {
    expect([path, (await get(path)).status]).toEqual([path, 404]);
  }
});
