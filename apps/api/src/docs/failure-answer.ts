import type { Answer } from "../rest/dialect.ts";
import type { Failure } from "../rest/failure.ts";
import { addressOf, requestLine } from "./example-address.ts";
import { exampleTime } from "./example-people.ts";
import type { DialectDocument, Example, Operation } from "./operation.ts";
import { badIdempotencyKey, badLimit, repeated, sampleFailures, wrongType } from "./sample-failure.ts";

export type RefusedExample = {
  name: string;
  code: Failure["code"];
  summary: string;
  answer: Answer;
  /** Whether the answer says when to ask again. */
  passes: boolean;
  /** The line of the request that is answered so; null where any can be. */
  request: string | null;
};

/** What every route can answer. */
const everywhere = ["unauthenticated", "missing_scope", "rate_limited", "internal", "busy"] as const;

/**
 * How an operation can fail: its own examples first, then one of each failure that a route of its kind has.
 * The dialect says each of them as it would to a caller.
 */
export function refusedExamples(document: DialectDocument, operation: Operation): RefusedExample[] {
  const { params, body, idempotent, needs, refusals = [], examples } = operation;
  const own = Object.entries(examples).flatMap(([name, example]): RefusedExample[] => {
    if (!("refusal" in example)) return [];
    const { summary, refusal } = example;
    const answer = failureAnswer(document, operation, refusal, example);
    const passes = "retryAfterSeconds" in refusal;
    return [{ name, code: refusal.code, summary, answer, passes, request: requestLine(operation, example) }];
  });
  const codes = new Set<Failure["code"]>([
    ...everywhere,
    ...(Object.keys(document.tenantParameters).length > 0 ? (["tenant_forbidden"] as const) : []),
    ...(samplesOf("invalid", document, operation).length > 0 ? (["invalid"] as const) : []),
    ...(params === undefined ? [] : (["malformed_path"] as const)),
    ...(body === undefined ? [] : (["malformed_body", "body_too_large"] as const)),
    ...(needs === "contacts:write" ? (["storage_full"] as const) : []),
    ...(idempotent === true ? (["idempotency_key_reused", "idempotency_in_progress"] as const) : []),
    ...refusals,
  ]);
  const samples = [...codes].flatMap((code) =>
    samplesOf(code, document, operation).map((failure, index): RefusedExample => {
      const name = index === 0 ? code : `${code}_${index + 1}`;
      const answer = failureAnswer(document, operation, failure, {});
      const passes = "retryAfterSeconds" in failure;
      return { name, code, summary: code.replaceAll("_", " "), answer, passes, request: null };
    }),
  );
  const all = [...own];
  for (const sample of samples) {
    // In some dialects one failure has several statuses, and each is to be seen once.
    if (!all.some(({ code, answer }) => code === sample.code && answer.status === sample.answer.status))
      all.push(sample);
  }
  return all;
}

/** Ways in which an operation can fail with a code: several where they may have several statuses. */
function samplesOf(
  code: Failure["code"],
  { tenantParameters }: DialectDocument,
  { needs, query, body, idempotent }: Operation,
): Failure[] {
  if (code === "missing_scope") return [{ code, needed: needs }];
  if (code !== "invalid") return [sampleFailures[code]];
  const hasQuery = query !== undefined || Object.values(tenantParameters).some((each) => each.in === "query");
  return [
    ...(body === undefined ? [] : [sampleFailures.invalid, wrongType]),
    ...(hasQuery ? [badLimit, repeated] : []),
    ...(idempotent === true ? [badIdempotencyKey] : []),
  ];
}

/** A failure in the dialect's own words, as it would say it to a request at an example's address. */
export function failureAnswer(
  { dialect }: DialectDocument,
  { method, path }: Operation,
  failure: Failure,
  example: Pick<Example, "path" | "query">,
): Answer {
  const asked = {
    id: "8a6e0804-2bd0-4672-b79d-d97027f9071a",
    method: method.toUpperCase(),
    originalUrl: addressOf(path, example),
    headers: { authorization: "Bearer sk_example" },
  };
  const answer = dialect.answer(failure, asked);
  return "timestamp" in answer.body
    ? { ...answer, body: { ...answer.body, timestamp: exampleTime } }
    : answer;
}
