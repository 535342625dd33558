import type { Deps } from "@roster/usecases/deps.ts";
import { Validator } from "@seriousme/openapi-schema-validator";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { dialectDocuments } from "../../src/docs/catalog.ts";
import * as exampleNames from "../../src/docs/example-people.ts";
import { openapiDocument } from "../../src/docs/openapi.ts";
import { RequestLimit } from "../../src/request-limit.ts";
import { houseRoutes } from "../../src/rest/house/routes.ts";
import { mailerdashRoutes } from "../../src/rest/mailerdash/routes.ts";
import { mailingcoreRoutes } from "../../src/rest/mailingcore/routes.ts";
import { misarRoutes } from "../../src/rest/misar/routes.ts";
import { restRoutes } from "../../src/rest/mount.ts";
import { plunkRoutes } from "../../src/rest/plunk/routes.ts";
import { everyRoute, type Route } from "../every-route.ts";

const deps = {} as Deps;
const logger = pino({ level: "silent" });

/** Each dialect's routes where they are mounted. */
const routesOf: Readonly<Record<string, Route[]>> = {
  mailerdash: everyRoute(mailerdashRoutes(deps, logger), "/v1/bulk"),
  plunk: everyRoute(plunkRoutes(deps, logger), "/contacts"),
  misar: everyRoute(misarRoutes(deps, logger), "/api/v1"),
  mailingcore: everyRoute(mailingcoreRoutes(deps, logger, { bulkMax: 1000 }), "/contacts"),
  house: everyRoute(houseRoutes(deps, "v1"), "/v1"),
};

describe.each(dialectDocuments)("$slug", (document) => {
  it("every route has an operation, and every operation a route", () => {
    const operations = document.operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(operations.sort()).toEqual(named(routesOf[document.slug]!));
  });

  it("the document is valid OpenAPI 3.1", async () => {
    const made = JSON.parse(JSON.stringify(openapiDocument(document, "0")));
    expect(await new Validator().validate(made)).toEqual({ valid: true });
  });

  it("every operation has a name of its own, and an example for each status of success", () => {
    const ids = document.operations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, answers, examples } of document.operations) {
      const statuses = Object.values(examples).flatMap((example) =>
        "status" in example ? [String(example.status)] : [],
      );
      expect([id, [...new Set(statuses)].sort()]).toEqual([id, Object.keys(answers).sort()]);
    }
  });
});

it("every name of the examples is a name of its own: one that stood for two things would be read as either", () => {
  const ids = Object.values(exampleNames).flatMap((name) => (typeof name === "string" ? [name] : [name.id]));
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

it("no route of any dialect is without a document, below none of its prefixes", () => {
  const documented = dialectDocuments.flatMap(({ slug, prefixes }) =>
    prefixes.flatMap((prefix) =>
      routesOf[slug]!.map(({ method, path }) => ({ method, path: prefix + path })),
    ),
  );
  const all = everyRoute(restRoutes(deps, logger, new RequestLimit(), { CONTACTS_BULK_MAX: 1000 }));
  expect([...new Set(named(documented))]).toEqual([...new Set(named(all))]);
});

function named(routes: readonly Route[]): string[] {
  return routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`).sort();
}
