import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const rest = join(import.meta.dirname, "../src/rest");

/** POSTs that only read, as `file path`: a repeat of them does no harm. */
const reading = new Set([
  "house/events/events.ts /imports/preview",
  "house/imports/imports.ts /imports/preview",
  "house/contacts/lookup.ts /lookup",
  "house/segments/segments.ts /preview",
  "house/suppressions/suppressions.ts /check",
  "mailerdash/bulk.ts /import-preview",
  "plunk/lookup.ts /lookup",
]);

/** POSTs whose answer is a secret: it is kept nowhere, and a key is refused. */
const secret = new Set(["house/events/event-sources.ts /", "house/events/event-sources.ts /:id/rotate"]);

/** Every POST route of every dialect, with its source to the next route; with its file's, where the handler is not written there. */
const posts = globSync("**/*.ts", { cwd: rest }).flatMap((file) => {
  const whole = readFileSync(join(rest, file), "utf8");
  return whole.split(/(?=router\.(?:get|post|put|patch|delete|use)\()/).flatMap((part) => {
    const [, path, handler] = /^router\.post\(\s*([^,]+),\s*(async)?/.exec(part) ?? [];
    if (path === undefined) return [];
    return [{ route: `${file} ${path.replaceAll('"', "")}`, source: handler === undefined ? whole : part }];
  });
});

it("there are routes to look at", () => {
  expect(posts.map(({ route }) => route)).toContain("plunk/routes.ts /");
});

it.each(posts.filter(({ route }) => secret.has(route)))(
  "a POST that shows a secret takes no Idempotency-Key: $route",
  ({ source }) => {
    expect(source).toContain("refuseIdempotencyKey(req.headers)");
  },
);

it.each(posts.filter(({ route }) => !reading.has(route) && !secret.has(route)))(
  "a POST that writes answers once for its Idempotency-Key: $route",
  ({ source }) => {
    // The use case must run inside the transaction: the deps that it is given hide the others.
    expect(source).toMatch(/\breplyWithImport\(|\breplyOnce\([\s\S]*async \(deps\) =>/);
  },
);
