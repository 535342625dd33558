import type { ZodOpenApiOperationObject, ZodOpenApiResponseObject } from "zod-openapi";
import { type RefusedExample, refusedExamples } from "./failure-answer.ts";
import type { Content, DialectDocument, Example, Operation } from "./operation.ts";
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
        content: withExamples(body.content, (type, isFirst) =>
          Object.entries(examples).flatMap(([name, example]) =>
            example.body !== undefined && (example.type === undefined ? isFirst : example.type === type)
              ? [[name, { summary: example.summary, value: example.body }]]
              : [],
          ),
        ),
      },
    }),
    responses: { ...answered(operation), ...refused(document, refusedExamples(document, operation)) },
  };
}

type Named = [name: string, example: { summary: string; value: unknown }];

function withExamples(content: Content, examplesOf: (type: string, isFirst: boolean) => Named[]) {
  return Object.fromEntries(
    Object.entries(content).map(([type, schema], index) => {
      const examples = Object.fromEntries(examplesOf(type, index === 0));
      return [type, { schema, ...(Object.keys(examples).length > 0 && { examples }) }];
    }),
  );
}

function answered({ answers, examples, idempotent }: Operation): Record<string, ZodOpenApiResponseObject> {
  const isOf = (example: Example, status: number): example is Example & { answer: unknown } =>
    "status" in example && example.status === status;
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, content }]) => {
      const named = (type: string, isFirst: boolean) =>
        Object.entries(examples).flatMap(([name, example]): Named[] => {
          if (!isOf(example, Number(status))) return [];
          const answerType = "answerType" in example ? example.answerType : undefined;
          if (answerType === undefined ? !isFirst : answerType !== type) return [];
          return [[name, { summary: example.summary, value: example.answer }]];
        });
      const headers = headersOf(["RequestId", ...(idempotent === true ? ["IdempotentReplayed"] : [])]);
      return [status, { description, headers, ...(content && { content: withExamples(content, named) }) }];
    }),
  );
}

function refused(
  { error }: DialectDocument,
  examples: readonly RefusedExample[],
): Record<string, ZodOpenApiResponseObject> {
  const byStatus = Map.groupBy(examples, ({ answer }) => answer.status);
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => {
      const retry = list.some(({ answer }) => answer.headers?.["Retry-After"] !== undefined);
      const named = () =>
        list.map(({ name, summary, answer }): Named => [name, { summary, value: answer.body }]);
      return [
        String(status),
        {
          description: statusMeanings[status] ?? "Refused",
          headers: headersOf(["RequestId", ...(retry ? ["RetryAfter"] : [])]),
          content: withExamples({ "application/json": error }, named),
        },
      ];
    }),
  );
}

const headerNames: Readonly<Record<string, string>> = {
  RequestId: "X-Request-Id",
  RetryAfter: "Retry-After",
  IdempotentReplayed: "Idempotent-Replayed",
};

function headersOf(names: readonly string[]) {
  return Object.fromEntries(
    names.map((name) => [headerNames[name]!, { $ref: `#/components/headers/${name}` }]),
  );
}
