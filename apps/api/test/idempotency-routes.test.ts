import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const rest = join(import.meta.dirname, "../src/rest");

/** POSTs that only read, as `file path`: a repeat of them does no harm. */
const reading = new Set<string>([]);

/** Every POST route of every dialect, with the source from there to the next route. */
const posts = globSync("*/*.ts", { cwd: rest }).flatMap((file) =>
  readFileSync(join(rest, file), "utf8")
    .split(/(?=router\.(?:get|post|put|patch|delete|use)\()/)
    .flatMap((source) => {
      const path = /^router\.post\(\s*([^,]+),/.exec(source)?.[1];
      return path === undefined ? [] : [{ route: `${file} ${path.replaceAll('"', "")}`, source }];
    }),
);

it("there are routes to look at", () => {
  expect(posts.map(({ route }) => route)).toContain("plunk/routes.ts /");
});

it.each(posts.filter(({ route }) => !reading.has(route)))(
  "a POST that writes answers once for its Idempotency-Key: $route",
  ({ source }) => {
    // The use case must run inside the transaction: the deps that it is given hide the others.
    expect(source).toMatch(/\breplyWithImport\(|\breplyOnce\([\s\S]*async \(deps\) =>/);
  },
);
