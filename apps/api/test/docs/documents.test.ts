import type { Deps } from "@roster/usecases/deps.ts";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Router } from "express";
import { pino } from "pino";
import { describe, expect, it, vi } from "vitest";
import { dialectDocuments } from "../../src/docs/catalog.ts";
import { openapiDocument } from "../../src/docs/openapi.ts";
import type { DialectDocument } from "../../src/docs/operation.ts";
import { houseRoutes } from "../../src/rest/house/routes.ts";
import { mailerdashRoutes } from "../../src/rest/mailerdash/routes.ts";
import { mailingcoreRoutes } from "../../src/rest/mailingcore/routes.ts";
import { misarRoutes } from "../../src/rest/misar/routes.ts";
import { restRoutes } from "../../src/rest/mount.ts";
import { plunkRoutes } from "../../src/rest/plunk/routes.ts";

const deps = {} as Deps;
const logger = pino({ level: "silent" });

/** Each dialect's routes where `restRoutes` mounts them, without what may stand in front. */
const mounted: Record<string, [mount: string, routes: () => Router]> = {
  mailerdash: ["/v1/bulk", () => mailerdashRoutes(deps, logger)],
  mailingcore: ["/contacts", () => mailingcoreRoutes(deps, logger, { bulkMax: 1000 })],
  house: ["/v1", () => houseRoutes(deps, "v1")],
  misar: ["/api/v1", () => misarRoutes(deps, logger)],
  plunk: ["/contacts", () => plunkRoutes(deps, logger)],
};

describe.each(dialectDocuments)("$slug", (document) => {
  const [mount, routes] = mounted[document.slug]!;

  it("every route has an operation, and every operation a route", () => {
    expect(operationsOf(document)).toEqual(routesOf(routes, mount));
  });

  it("the document is valid OpenAPI 3.1", async () => {
    const result = await new Validator().validate(JSON.parse(JSON.stringify(openapiDocument(document, "0"))));
    expect(result).toEqual({ valid: true });
  });

  it("every operation has a summary, an example that succeeds, and one name of its own", () => {
    const ids = document.operations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, summary, answers, examples } of document.operations) {
      const statuses = Object.values(examples).flatMap((example) =>
        "status" in example ? [example.status] : [],
      );
      expect([id, [...new Set(statuses)].sort()]).toEqual([id, Object.keys(answers).map(Number).sort()]);
      expect(summary).not.toBe("");
    }
  });
});

it("there are no routes but those of the documents' dialects", () => {
  const all = routesOf(() => restRoutes(deps, logger, { CONTACTS_BULK_MAX: 1000 }), "");
  const known = dialectDocuments.flatMap(({ slug, operations }) =>
    // Made twice: once for each form of its answers.
    slug === "house" ? [...operations, ...operations] : operations,
  );
  expect(all).toHaveLength(known.length);
});

function operationsOf({ operations }: DialectDocument): string[] {
  return operations.map(({ method, path }) => `${method} ${path}`).sort();
}

/**
 * The routes that a router has, as method and path in a document's words. Express keeps no text of the path at which a
 * router is mounted, so that each is noted while it is made.
 * @param at where the router itself is
 */
function routesOf(make: () => Router, at: string): string[] {
  const routes: { on: unknown; method: string; path: string }[] = [];
  const mounts = new Map<unknown, { on: unknown; path: string }>();
  const prototype = Router.prototype as Pick<Router, "route" | "use">;
  const { route, use } = prototype;
  const spies = [
    vi.spyOn(prototype, "route").mockImplementation(function (this: Router, path: string) {
      const made = route.call(this, path);
      for (const method of ["get", "post", "put", "patch", "delete"] as const) {
        const add = made[method].bind(made);
        made[method] = ((...handlers: Parameters<typeof add>) => {
          routes.push({ on: this, method, path });
          return add(...handlers);
        }) as typeof add;
      }
      return made;
    } as typeof route),
    vi.spyOn(prototype, "use").mockImplementation(function (this: Router, ...given: unknown[]) {
      const path = given.flat().find((each) => typeof each === "string") ?? "";
      for (const handler of given.flat()) {
        if (typeof handler === "function") mounts.set(handler, { on: this, path });
      }
      return (use as (...given: unknown[]) => Router).apply(this, given);
    } as typeof use),
  ];
  try {
    make();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  const placeOf = (router: unknown): string => {
    const mount = mounts.get(router);
    return mount === undefined ? at : placeOf(mount.on) + mount.path;
  };
  return routes
    .map(({ on, method, path }) =>
      `${method} ${placeOf(on)}${path}`.replace(/\/$/, "").replace(/:(\w+)/g, "{$1}"),
    )
    .sort();
}
