import { feedSettled } from "@roster/store/testing.ts";
import { createAccount } from "@roster/usecases/accounts/accounts.ts";
import { changePlan } from "@roster/usecases/accounts/plans.ts";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dialectDocuments } from "../../src/docs/catalog.ts";
import { failureAnswer, refusedExamples } from "../../src/docs/failure-answer.ts";
import type { OpenApiDocument } from "../../src/docs/openapi.ts";
import type { DialectDocument, Example, Operation } from "../../src/docs/operation.ts";
import { type Reply, type RunningApi, startApi } from "../running-api.ts";
import { exampleRequest, settled } from "./example-request.ts";
import { type ExampleWorld, exampleWorld } from "./example-world.ts";

const keyPrefixes = {
  mailerdash: "md",
  plunk: "sk",
  misar: "msk",
  house: "sk",
  mailingcore: "mc_live",
} as const;

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

describe.each(dialectDocuments)("$slug", (document) => {
  const prefix = keyPrefixes[document.slug as keyof typeof keyPrefixes];
  let served: OpenApiDocument;
  let ajv: Ajv2020;
  beforeAll(async () => {
    served = (await api.call("GET", `/docs/${document.slug}/openapi.json`, { key: null })).body;
    ajv = new Ajv2020({ strict: false, allErrors: true }).addSchema(served, document.slug);
    formats.default(ajv);
  });

  const examples = document.operations.flatMap((operation) =>
    Object.entries(operation.examples).map(([name, example]) => {
      return { id: operation.id, name, operation, example };
    }),
  );
  const successes = examples.filter(({ example }) => "status" in example);

  it.each(examples)("$id: the example “$name” is answered as printed", async ({ operation, example }) => {
    const world = await exampleWorld(api, { prefix, example });
    if (operation.id === "listContactChanges") await feedSettled(api.deps.sql);
    const reply = await send(operation, example, world, world.key.key);
    const { status, text } = printed(document, operation, example);
    expect([reply.status, settled(reply.text, world)]).toEqual([status, settled(text, world)]);
    expectDocumented(operation, reply);
  });

  if (document.prefixes.length > 1) {
    it.each(successes)("$id: “$name” also with each prefix", async ({ operation, example }) => {
      for (const prefixed of document.prefixes.slice(1)) {
        const world = await exampleWorld(api, { prefix, example });
        const path = prefixed + operation.path;
        const reply = await send({ ...operation, path }, example, world, world.key.key);
        expect(reply.status).toBe(printed(document, operation, example).status);
        expectDocumented(operation, reply);
      }
    });
  }

  it.each(document.operations)("$id: 401 for an unknown key, 403 for one that may not", async (operation) => {
    const other = operation.needs === "contacts:read" ? "contacts:write" : "contacts:read";
    const [example] = Object.values(operation.examples);
    const world = await exampleWorld(api, { prefix, example: example!, scopes: [other] });
    for (const [status, key] of [
      [401, `${prefix}_unknown`],
      [403, world.key.key],
    ] as const) {
      const reply = await send(operation, example!, world, key);
      expect(reply.status).toBe(status);
      expectDocumented(operation, reply);
    }
  });

  it("429 beyond the plan's requests, with every header that is documented", async () => {
    await changePlan(api.deps, "pro", { requestsPerMinute: 1 });
    const account = `limited-${document.slug}`;
    await createAccount(api.deps, { name: account, plan: "pro" });
    const { key } = await api.newKey({ account, tenant: "t", prefix });
    const [operation] = document.operations;
    const world = { here: new Map<string, string>() };
    for (const status of [200, 429]) {
      const reply = await send(operation!, { summary: "", status, answer: null }, world, key);
      expect(reply.status).toBe(status);
      expectDocumented(operation!, reply);
      const { headers } = served.paths![operation!.path]!.get!.responses![status]!;
      expect([...reply.headers.keys()]).toEqual(
        expect.arrayContaining(Object.keys(headers!).map((name) => name.toLowerCase())),
      );
    }
  });

  it.each(document.operations)("$id: every printed refusal is of its schema", (operation) => {
    for (const { name, answer } of refusedExamples(document, operation)) {
      expect([name, problems(answerSchema(operation, answer.status), answer.body)]).toEqual([name, null]);
    }
  });

  it.each(successes)("$id: the request of “$name” is of its schema", ({ operation, example }) => {
    const { path, method, body } = operation;
    if (example.body !== undefined) {
      const type = example.type ?? Object.keys(body!.content)[0]!;
      expect(
        problems(["paths", path, method, "requestBody", "content", type, "schema"], example.body),
      ).toBeNull();
    }
    const parameters = served.paths?.[path]?.[method]?.parameters ?? [];
    const named = parameters.flatMap((parameter) => ("name" in parameter ? [parameter.name] : []));
    expect(named).toEqual(expect.arrayContaining(Object.keys({ ...example.path, ...example.query })));
  });

  function send(operation: Operation, example: Example, world: Pick<ExampleWorld, "here">, key: string) {
    const { address, options } = exampleRequest(operation, example, world);
    return api.call(operation.method.toUpperCase(), address, { key, ...options });
  }

  /** The answer has a status, a media type and exactly the fields that the served document has for it. */
  function expectDocumented(operation: Operation, reply: Reply) {
    const answer = served.paths?.[operation.path]?.[operation.method]?.responses?.[reply.status];
    const type = reply.headers.get("content-type")?.split(";")[0];
    const types = Object.keys(answer?.content ?? {});
    expect(types).toEqual(type === undefined ? [] : expect.arrayContaining([type]));
    if (type === "application/json") {
      expect(problems(answerSchema(operation, reply.status), reply.body)).toBeNull();
    }
    expect(answer?.headers).toHaveProperty("X-Request-Id");
    expect(reply.headers.has("X-Request-Id")).toBe(true);
  }

  /** What is wrong with a value by the schema at a place in the served document; null if nothing is. */
  function problems(at: readonly string[], value: unknown) {
    const pointer = at.map((step) => encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1")));
    const validate = ajv.compile({ $ref: `${document.slug}#/${pointer.join("/")}` });
    return validate(value) ? null : validate.errors;
  }
});

function answerSchema({ path, method }: Operation, status: number): string[] {
  return ["paths", path, method, "responses", String(status), "content", "application/json", "schema"];
}

/** What the document says that an example is answered. */
function printed(document: DialectDocument, operation: Operation, example: Example) {
  if ("refusal" in example) {
    const { status, body } = failureAnswer(document, operation, example.refusal, example);
    return { status, text: JSON.stringify(body) };
  }
  const { status, answer } = example;
  return {
    status,
    text: answer === null ? "" : typeof answer === "string" ? answer : JSON.stringify(answer),
  };
}
