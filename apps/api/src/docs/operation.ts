import type { NeededScope } from "@roster/domain/accounts/scope.ts";
import type { z } from "zod";
import type { oas31 } from "zod-openapi";
import type { Dialect } from "../rest/dialect.ts";
import type { Failure } from "../rest/failure.ts";

/** What a body or an answer can be, by media type. */
export type Content = Readonly<Record<string, z.ZodType>>;

/** A request as it can be sent to the example's contacts and jobs, and what is answered to it. */
export type Example = {
  summary: string;
  path?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  /** In the operation's first media type, unless `type` says another. */
  body?: unknown;
  type?: string;
} & (
  | { status: number; answer: unknown; answerType?: string }
  /** How the request is turned down: the dialect says it in its own words. */
  | { refusal: Failure }
);

/** What one route takes and answers, made of the schemas that it reads with. Its document and its tests are made of this. */
export type Operation = {
  id: string;
  tag: string;
  method: "get" | "post" | "put" | "patch" | "delete";
  /** From the root, with parameters in braces. */
  path: string;
  summary: string;
  description?: string;
  needs: NeededScope;
  params?: z.ZodObject;
  query?: z.ZodType<unknown, Record<string, unknown>>;
  body?: { content: Content; description?: string };
  /** Whether a repeat with the same Idempotency-Key is answered with the first answer. */
  idempotent?: boolean;
  answers: Readonly<Record<number, { description: string; content?: Content }>>;
  /** What can be refused here beside what every route of its kind refuses, and beside the examples. */
  refusals?: readonly Failure["code"][];
  examples: Readonly<Record<string, Example>>;
};

/** All that one dialect's document says. */
export type DialectDocument = {
  /** Its place under /docs. */
  slug: string;
  title: string;
  description: string;
  /** What all its paths may have in front. */
  prefixes: readonly string[];
  dialect: Dialect;
  /** The envelope of its errors. */
  error: z.ZodType;
  /** Schemas that have a name in the document. */
  named: Readonly<Record<string, z.ZodType>>;
  /** How every one of its requests may name the tenant; empty where the key alone does. */
  tenantParameters: Readonly<Record<string, oas31.ParameterObject>>;
  operations: readonly Operation[];
};

/** Content of the one type that most bodies and answers have. */
export function json(schema: z.ZodType): Content {
  return { "application/json": schema };
}

/** The header by which a key with the scope admin names another tenant of its account. */
export const TenantId = {
  name: "X-Tenant-Id",
  in: "header",
  description:
    "The slug or the id of a tenant of the key's account. Another one than the key's own takes the scope `admin`.",
  schema: { type: "string" },
} as const satisfies oas31.ParameterObject;
