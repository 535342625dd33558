import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "express";
import { type Logger, type LoggerOptions, pino } from "pino";

declare module "node:http" {
  interface IncomingMessage {
    /** Given to each request by `requestLog`. */
    id: string;
  }
}

/** How the log is written: JSON lines, and of an unexpected error nothing that belongs to a customer. */
export function loggerOptions(level: string): LoggerOptions {
  return {
    level,
    base: { app: "api" },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: bugReport },
  };
}

/** What a developer needs of an unexpected error. Postgres' detail, query and parameters hold customers' data. */
function bugReport(error: unknown): object {
  if (!(error instanceof Error)) return { message: `a ${typeof error} was thrown` };
  const { name, message, code, constraint_name, stack } = error as Error &
    Record<"code" | "constraint_name", unknown>;
  return { name, message, code, constraint: constraint_name, stack };
}

/**
 * Gives every request its id, the caller's own if it is sane, which is also in the answer's X-Request-Id, and writes one
 * line when the request is done. By hand and not by pino-http, which logs headers and addresses unless each is taken out.
 */
export function requestLog(logger: Logger): RequestHandler {
  return (req, res, next) => {
    const started = performance.now();
    req.id = requestId(req);
    res.setHeader("X-Request-Id", req.id);
    const { method, originalUrl } = req;
    res.once("close", () => {
      const path = maskPath(originalUrl);
      // Whoever watches the process asks every few seconds.
      const level = path === "/healthz" || path === "/readyz" ? "debug" : "info";
      // Nothing was answered when the caller went away first.
      const status = res.headersSent ? res.statusCode : 499;
      const ms = Math.round(performance.now() - started);
      logger[level]({ requestId: req.id, method, path, status, ms }, "request");
    });
    next();
  };
}

/** Ids that a caller may choose: what fits into a header and a log line, and cannot be an address. */
const saneId = /^[A-Za-z0-9._-]{1,128}$/;

function requestId(req: IncomingMessage): string {
  const given = req.headers["x-request-id"];
  return typeof given === "string" && saneId.test(given) ? given : randomUUID();
}

/**
 * The words of our paths. Whatever else stands in a path may be an id, an email or an externalId, and is masked: a word
 * that is missing here costs a readable log line, never somebody's data.
 */
const pathWords = new Set(
  "contacts import imports erasures suppressions check timeline v1 api mail jobs errors errors.csv cancel healthz readyz receive event-sources duplicates rotate trpc docs openapi.json".split(
    " ",
  ),
);
const procedure =
  "(contacts|erasures|eventSources|imports|jobs|keys|plan|suppressions|tenants)\\.[a-zA-Z]{1,32}";
const procedures = new RegExp(`^${procedure}(,${procedure}){0,31}$`);

/** A request's path without its query, and without anything that could be personal. */
export function maskPath(url: string): string {
  const segments = url.split("?", 1)[0]!.split("/");
  const isTrpc = segments[1] === "trpc";
  return segments
    .map((segment) => {
      if (segment === "" || pathWords.has(segment)) return segment;
      return isTrpc && procedures.test(segment) ? segment : ":id";
    })
    .join("/");
}
