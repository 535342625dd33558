import type { Answer, Failure } from "../rest/dialect.ts";
import { exampleTime } from "./example-people.ts";
import type { DialectDocument, Example, Operation } from "./operation.ts";
import { sampleFailures } from "./sample-failure.ts";

export type RefusedExample = { name: string; summary: string; answer: Answer };

/** What every route can answer. */
const everywhere = ["unauthenticated", "missing_scope", "internal", "busy"] as const;

/**
 * How an operation can fail: its own examples first, then one of each failure that a route of its kind has.
 * The dialect says each of them as it would to a caller.
 */
export function refusedExamples(document: DialectDocument, operation: Operation): RefusedExample[] {
  const { query, body, idempotent, needs, refusals = [], examples } = operation;
  const own = Object.entries(examples).flatMap(([name, example]) =>
    "refusal" in example
      ? [
          {
            name,
            summary: example.summary,
            answer: failureAnswer(document, operation, example.refusal, example),
          },
        ]
      : [],
  );
  const told = new Set(
    Object.values(examples).map((example) => ("refusal" in example ? example.refusal.code : null)),
  );
  const codes = new Set<Failure["code"]>([
    ...everywhere,
    ...(Object.keys(document.tenantParameters).length > 0 ? (["tenant_forbidden"] as const) : []),
    ...(query !== undefined || body !== undefined || idempotent === true ? (["invalid"] as const) : []),
    ...(body === undefined ? [] : (["malformed_body", "body_too_large"] as const)),
    ...(needs === "contacts:write" ? (["storage_full"] as const) : []),
    ...(idempotent === true ? (["idempotency_key_reused", "idempotency_in_progress"] as const) : []),
    ...refusals,
  ]);
  const samples = [...codes]
    .filter((code) => !told.has(code))
    .map((code) => {
      const failure = {
        ...sampleFailures[code],
        ...(code === "missing_scope" && { needed: needs }),
      } as Failure;
      const summary = code.replaceAll("_", " ");
      return { name: code, summary, answer: failureAnswer(document, operation, failure, {}) };
    });
  return [...own, ...samples];
}

/** A failure in the dialect's own words, as it would say it to a request at an example's address. */
export function failureAnswer(
  { dialect }: DialectDocument,
  { method, path }: Operation,
  failure: Failure,
  example: Pick<Example, "path">,
): Answer {
  const asked = {
    id: "8a6e0804-2bd0-4672-b79d-d97027f9071a",
    method: method.toUpperCase(),
    originalUrl: filledPath(path, example.path ?? {}),
    headers: { authorization: "Bearer sk_example" },
  };
  const answer = dialect.answer(failure, asked);
  return "timestamp" in answer.body
    ? { ...answer, body: { ...answer.body, timestamp: exampleTime } }
    : answer;
}

/** The path with its parameters filled in; one that an example does not name stays as it is. */
export function filledPath(path: string, values: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (braced, name: string) =>
    values[name] === undefined ? braced : encodeURIComponent(values[name]),
  );
}
