import type { ErrorRequestHandler, Request, RequestHandler } from "express";
import type { Logger } from "pino";
import type { LimitHeaders } from "../request-limit.ts";
import { type Failure, failureOf, retryAfter } from "./failure.ts";

export type Answer = { status: number; body: object };

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
    if ((error as { code?: string } | null)?.code === "ERR_STREAM_PREMATURE_CLOSE") return;
    const failure = failureOf(error);
    if (failure.code === "internal") logger.error({ requestId: req.id, err: error }, "unexpected error");
    if (failure.code === "storage_full") logger.error({ requestId: req.id, err: error }, "a full disk");
    // A stream that broke in the middle cannot become an error answer any more: a cut connection tells the reader.
    if (res.headersSent) return void res.destroy();
    const { status, body } = dialect.answer(failure, req);
    res.status(status).set(retryAfter(failure)).json(body);
  };
}
