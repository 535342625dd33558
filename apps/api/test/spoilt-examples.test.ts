import { afterAll, beforeAll, describe, it } from "vitest";
import { z } from "zod";
import { dialectDocuments } from "../src/docs/catalog.ts";
import type { Example, Operation } from "../src/docs/operation.ts";
import { appRouter } from "../src/trpc/router.ts";
import { dialectOf, trpcAnswer } from "./bad-input/envelope.ts";
import { judged } from "./bad-input/judged.ts";
import { likely } from "./bad-input/likely.ts";
import { spoilt, textSpoilers } from "./bad-input/spoilt.ts";
import { exampleRequest } from "./docs/example-request.ts";
import { exampleWorld, translated } from "./docs/example-world.ts";
import { type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

/** Hundreds of requests, one after the other, on a machine that may be busy. */
const timeout = 120_000;

describe.each(dialectDocuments)("$slug", (document) => {
  const isMailingcore = document.slug === "mailingcore";

  it.each(document.operations)(
    "$id: an example that is spoilt in one place is answered, or turned down in the envelope",
    { timeout },
    async (operation) => {
      const examples = Object.values(operation.examples).filter((example) => "status" in example);
      const world = await exampleWorld(api, {
        prefix: isMailingcore ? "mc_live" : "sk",
        // All that any of them mentions.
        example: { summary: "", status: 0, answer: examples },
      });
      const { envelope } = dialectOf(operation, { isMailingcore });
      const Authorization = `Bearer ${world.key.key}`;
      const method = operation.method.toUpperCase();
      for (const example of examples) {
        const { address, options } = exampleRequest(operation, example, world);
        const type = typeof options.body === "string" ? options.headers?.["Content-Type"] : undefined;
        const headers = { Authorization, ...(type !== undefined && { "Content-Type": type }) };
        const body = typeof options.body === "string" ? options.body : null;
        for (const path of spoiltAddresses(operation, example, address)) {
          await judged(
            api,
            { method, path, headers, body: body === null ? null : Buffer.from(body) },
            envelope,
          );
        }
        if (type !== "application/json" || typeof example.body === "string") continue;
        for (const input of spoilt(example.body, operation.body!.content[type]!)) {
          const text = translated(JSON.stringify(input), world.here);
          await judged(api, { method, path: address, headers, body: Buffer.from(text) }, envelope);
        }
      }
    },
  );
});

/** The address of an example with each segment and each parameter spoilt in each way. */
function spoiltAddresses({ path, query }: Operation, example: Example, address: string): string[] {
  const [plain = "", search = ""] = address.split("?");
  const segments = plain.split("/");
  const ofPath = path
    .split("/")
    .flatMap((segment, at) =>
      segment.startsWith("{")
        ? textSpoilers.map((spoiler) =>
            [...segments.slice(0, at), spoiler, ...segments.slice(at + 1)].join("/"),
          )
        : [],
    );
  const ofQuery = namesIn(query, example).flatMap((name) => {
    const others = search.split("&").filter((pair) => pair !== "" && !pair.startsWith(`${name}=`));
    const once = textSpoilers.map((spoiler) => `${name}=${spoiler}`);
    return [...once, `${name}=1&${name}=2`, `${name}[a]=1`].map(
      (pair) => `${plain}?${[...others, pair].join("&")}`,
    );
  });
  return [...ofPath, ...ofQuery];
}

function namesIn(query: Operation["query"], example: Example): string[] {
  const names = Object.keys(example.query ?? {});
  if (query === undefined) return names;
  const { properties } = z.toJSONSchema(query, { io: "input", unrepresentable: "any" });
  return [...new Set([...names, ...Object.keys(properties ?? {})])];
}

describe("tRPC", () => {
  // By their whole names; the type shows them as the tree that they were declared as.
  const flat = appRouter._def.procedures as unknown as Record<
    string,
    { _def: { type: string; inputs: unknown[] } }
  >;
  const procedures = Object.entries(flat).map(([name, { _def }]) => ({ name, ..._def }));

  it.each(procedures)(
    "$name: an input that is spoilt in one place is answered, or turned down in the envelope",
    { timeout },
    async ({ name, type, inputs }) => {
      const [schema] = inputs;
      if (!(schema instanceof z.ZodType)) return;
      const { key } = await api.newKey();
      const Authorization = `Bearer ${key}`;
      for (const input of spoilt(likely(schema), schema)) {
        const text = JSON.stringify(input);
        const request =
          type === "mutation"
            ? {
                method: "POST",
                path: `/trpc/${name}`,
                headers: { Authorization, "Content-Type": "application/json" },
                body: Buffer.from(text),
              }
            : {
                method: "GET",
                path: `/trpc/${name}?input=${encodeURIComponent(text)}`,
                headers: { Authorization },
                body: null,
              };
        await judged(api, request, trpcAnswer);
      }
    },
  );
});
