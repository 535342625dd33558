import type { Refusal } from "@roster/domain/refusal.ts";
import { refusedWith } from "@roster/usecases/refusal.ts";
import type { ErrorRequestHandler, Request, RequestHandler } from "express";
import type { Logger } from "pino";
import type { LimitHeaders } from "../request-limit.ts";

/** What can go wrong at a door before any use case is asked, or in none that anybody foresaw. */
export type DoorFailure =
  | { code: "no_such_route"; method: string }
  | { code: "malformed_path"; message: string }
  | { code: "malformed_body"; message: string }
  /** A bug. Nothing about it leaves the house but the request id under which it was logged. */
  | { code: "internal" };

export type Failure = Refusal | DoorFailure;

export type Answer = { status: number; body: object; headers?: Readonly<Record<string, string>> };

/** What of a request shows in an answer. */
export type Asked = Pick<Request, "id" | "method" | "originalUrl" | "headers">;

/** What every dialect has of its own. */
export type Dialect = {
  limitHeaders: LimitHeaders;
  /** How it says each failure. */
  answer(failure: Failure, asked: Asked): Answer;
};

/** The last handler of all: a path that nobody knows. */
export const noSuchRoute: RequestHandler = (req, _res, next) => {
  next(Object.assign(new Error("no such route"), { failure: { code: "no_such_route", method: req.method } }));
};

/** The last handler of a dialect's router. OPTIONS passes: the router answers it with the methods of the paths that it knows. */
export const noSuchRouteHere: RequestHandler = (req, res, next) => {
  if (req.method === "OPTIONS") next();
  else noSuchRoute(req, res, next);
};

/** Answers whatever a handler threw, in the dialect's envelope. A bug is logged here, once, with the request's id. */
export function answerErrors(dialect: Dialect, logger: Logger): ErrorRequestHandler {
  return (error, req, res, _next) => {
    // The sender went away in the middle of a body: nobody is left to answer.
    if (req.destroyed && !req.complete) return void res.destroy();
    // The same while an answer was streamed.
    if ((error as Thrown)?.code === "ERR_STREAM_PREMATURE_CLOSE") return;
    const failure = failureOf(error);
    if (failure.code === "internal") logger.error({ requestId: req.id, err: error }, "unexpected error");
    if (failure.code === "storage_full") logger.error({ requestId: req.id, err: error }, "a full disk");
    // A stream that broke in the middle cannot become an error answer any more: a cut connection tells the reader.
    if (res.headersSent) return void res.destroy();
    const { status, body, headers } = dialect.answer(failure, req);
    res
      .status(status)
      .set({ ...headers })
      .json(body);
  };
}

/** The errors of express and its body parser carry a type, of ours a failure. */
type Thrown = { failure?: DoorFailure; type?: string; status?: number; limit?: number; code?: string } | null;

function failureOf(error: unknown): Failure {
  const refusal = refusedWith(error);
  if (refusal !== null) return refusal;
  const thrown = error as Thrown;
  if (thrown?.failure !== undefined) return thrown.failure;
  switch (thrown?.type) {
    case "entity.parse.failed":
      return {
        code: "malformed_body",
        message: "The body is not valid JSON. Check its quotes, commas and brackets.",
      };
    case "entity.too.large":
      return { code: "body_too_large", limitBytes: thrown.limit ?? 0 };
    case "encoding.unsupported":
      return {
        code: "malformed_body",
        message: "The body's Content-Encoding is not known. Send it plain, or as gzip.",
      };
    case "charset.unsupported":
      return { code: "malformed_body", message: "The body's charset is not known. Send JSON as UTF-8." };
    case "request.size.invalid":
      return { code: "malformed_body", message: "The body is not as long as its Content-Length says." };
    default:
      if (error instanceof URIError) {
        const message =
          "The path cannot be decoded: after each % it needs two hexadecimal digits, and together they have to be UTF-8.";
        return { code: "malformed_path", message };
      }
      // zlib fails on a body that is not gzip.
      if (thrown?.status === 400) return { code: "malformed_body", message: "The body cannot be read." };
      return { code: "internal" };
  }
}
