import { idempotencyKeepHours, idempotencyKeyLimit } from "@roster/domain/accounts/idempotency-key.ts";
import { createDocument, type ZodOpenApiPathsObject } from "zod-openapi";
import { limitHeaders, openapiOperation } from "./openapi-operation.ts";
import type { DialectDocument, Operation } from "./operation.ts";

export type OpenApiDocument = ReturnType<typeof createDocument>;

/** A dialect's document in OpenAPI 3.1. */
export function openapiDocument(document: DialectDocument, version: string): OpenApiDocument {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of document.operations) {
    const { method, path } = operation;
    paths[path] = { ...paths[path], [method]: openapiOperation(document, operation) };
  }
  const made = createDocument(
    {
      openapi: "3.1.0",
      info: {
        title: document.title,
        version,
        description: document.description,
        license: { name: "MIT", identifier: "MIT" },
      },
      // Relative to where the document lies, which is this very server.
      servers: document.prefixes.map((prefix) => ({ url: prefix === "" ? "/" : prefix })),
      tags: [...new Set(document.operations.map(({ tag }) => tag))].map((name) => ({ name })),
      security: [{ key: [] }],
      paths,
      components: { schemas: { ...document.named, Error: document.error }, ...shared(document) },
    },
    { allowEmptySchema: { custom: true }, override: ({ jsonSchema }) => plainFormat(jsonSchema) },
  );
  for (const operation of document.operations) addParameterExamples(made, operation);
  return made;
}

function shared({ dialect, tenantParameters }: DialectDocument) {
  const [limit, remaining, reset] = limitHeaders(dialect);
  return {
    securitySchemes: {
      key: { type: "http", scheme: "bearer", description: "An API key: `Authorization: Bearer <key>`." },
    },
    parameters: {
      IdempotencyKey: {
        name: "Idempotency-Key",
        in: "header",
        description: `A name of your choice for this request. Sent again with the same name within ${idempotencyKeepHours} hours, it gets the first answer again and does nothing.`,
        schema: { type: "string", minLength: 1, maxLength: idempotencyKeyLimit, pattern: "^[\\x21-\\x7e]+$" },
      },
      ...tenantParameters,
    },
    headers: {
      "X-Request-Id": {
        description:
          "Names this request in the server's log; the caller's own X-Request-Id where it sent one.",
        schema: { type: "string" },
      },
      "Retry-After": { description: "Seconds to wait before trying again.", schema: { type: "integer" } },
      [limit!]: {
        description: "Requests that the key has in a minute, where the account's plan has a limit.",
        schema: { type: "integer" },
      },
      [remaining!]: { description: "What is left of them.", schema: { type: "integer" } },
      [reset!]: {
        description:
          dialect.limitHeaders === "RateLimit"
            ? "Seconds until all are there again."
            : "When all are there again, in seconds since 1970.",
        schema: { type: "integer" },
      },
      "Idempotent-Replayed": {
        description: "`true` on an answer that was given before, to the same Idempotency-Key.",
        schema: { const: "true" },
      },
    },
  } as const;
}

/** What a format says already, without its regular expression of three lines. */
function plainFormat(schema: { format?: string | undefined; pattern?: string | undefined }): void {
  if (schema.format !== undefined) delete schema.pattern;
}

/** The first example's: pages fill them in, and values of several examples make no request together. */
function addParameterExamples(made: OpenApiDocument, { method, path, examples }: Operation): void {
  const [first] = Object.values(examples);
  for (const parameter of made.paths?.[path]?.[method]?.parameters ?? []) {
    if (!("in" in parameter)) continue;
    const value = (parameter.in === "path" ? first?.path : first?.query)?.[parameter.name];
    if (value !== undefined) parameter.example = value;
  }
}
