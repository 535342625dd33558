import type { ZodOpenApiOperationObject, ZodOpenApiResponseObject } from "zod-openapi";
import type { Dialect } from "../rest/dialect.ts";
import { requestLine } from "./example-address.ts";
import { type RefusedExample, refusedExamples } from "./failure-answer.ts";
import type { Content, DialectDocument, Operation } from "./operation.ts";
import { statusMeanings } from "./sample-failure.ts";

/** One operation as OpenAPI says it; the examples of its parameters are added to the finished document. */
export function openapiOperation(document: DialectDocument, operation: Operation): ZodOpenApiOperationObject {
  const { id, tag, summary, description, needs, params, query, body, idempotent, examples } = operation;
  const shared = [
    ...Object.keys(document.tenantParameters),
    ...(idempotent === true ? ["IdempotencyKey"] : []),
  ];
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: [description, `Needs the scope \`${needs}\`.`].filter(Boolean).join("\n\n"),
    parameters: shared.map((name) => ({ $ref: `#/components/parameters/${name}` })),
    requestParams: { ...(params && { path: params }), ...(query && { query }) },
    ...(body && {
      requestBody: {
        required: true,
        ...(body.description && { description: body.description }),
        content: withExamples(body.content, (type) =>
          Object.entries(examples).flatMap(([name, example]): Named[] => {
            const { summary, body: value, type: sentType = Object.keys(body.content)[0] } = example;
            return value !== undefined && sentType === type ? [[name, { summary, value }]] : [];
          }),
        ),
      },
    }),
    responses: {
      ...answered(document, operation),
      ...refused(document, refusedExamples(document, operation)),
    },
  };
}

type Named = [name: string, example: { summary: string; description?: string; value: unknown }];

function withExamples(content: Content, examplesOf: (type: string) => Named[]) {
  return Object.fromEntries(
    Object.entries(content).map(([type, schema]) => {
      const examples = Object.fromEntries(examplesOf(type));
      return [type, { schema, ...(Object.keys(examples).length > 0 && { examples }) }];
    }),
  );
}

function answered(
  { dialect }: DialectDocument,
  operation: Operation,
): Record<string, ZodOpenApiResponseObject> {
  const headers = headersOf([
    "X-Request-Id",
    ...limitHeaders(dialect),
    ...(operation.idempotent === true ? ["Idempotent-Replayed"] : []),
  ]);
  return Object.fromEntries(
    Object.entries(operation.answers).map(([status, { description, content = {} }]) => {
      const examplesOf = (type: string) =>
        Object.entries(operation.examples).flatMap(([name, example]): Named[] => {
          if (!("status" in example) || example.status !== Number(status)) return [];
          const { summary, answer: value, answerType = Object.keys(content)[0] } = example;
          const description = requestLine(operation, example);
          return answerType === type ? [[name, { summary, description, value }]] : [];
        });
      const hasContent = Object.keys(content).length > 0;
      return [
        status,
        { description, headers, ...(hasContent && { content: withExamples(content, examplesOf) }) },
      ];
    }),
  );
}

function refused(
  { dialect, error }: DialectDocument,
  examples: readonly RefusedExample[],
): Record<string, ZodOpenApiResponseObject> {
  const byStatus = Map.groupBy(examples, ({ answer }) => answer.status);
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => {
      const retry = list.some(({ passes }) => passes);
      const named = list.map(({ name, summary, answer, request }): Named => {
        return [name, { summary, ...(request !== null && { description: request }), value: answer.body }];
      });
      return [
        String(status),
        {
          description: statusMeanings[status] ?? "Refused",
          headers: headersOf([
            "X-Request-Id",
            ...(status === 429 ? limitHeaders(dialect) : []),
            ...(retry ? ["Retry-After"] : []),
          ]),
          content: withExamples({ "application/json": error }, () => named),
        },
      ];
    }),
  );
}

/** The headers that say what is left of a key's requests; there are none under a plan without a limit. */
export function limitHeaders({ limitHeaders: prefix }: Dialect): string[] {
  return ["Limit", "Remaining", "Reset"].map((what) => `${prefix}-${what}`);
}

function headersOf(names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
