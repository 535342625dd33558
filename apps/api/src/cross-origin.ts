import cors from "cors";
import type { RequestHandler } from "express";
import type { Config } from "./config.ts";

/** Seconds for which a browser need not ask again; it takes no more than 7,200. */
const askAgainSeconds = 7200;

/** Headers of ours that a page may read beside the few that it always may. */
const shown = [
  "X-Request-Id",
  "Retry-After",
  "Idempotent-Replayed",
  "Content-Disposition",
  "RateLimit-Limit",
  "RateLimit-Remaining",
  "RateLimit-Reset",
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
];

/**
 * Lets web pages of these origins call the API; with none, no browser lets any. No cookies are involved: whoever calls brings
 * a key in a header.
 */
export function crossOrigin(origins: Config["CORS_ORIGINS"]): RequestHandler {
  if (origins.length === 0) return (_req, _res, next) => next();
  return cors({
    origin: origins,
    methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    exposedHeaders: shown,
    maxAge: askAgainSeconds,
  });
}
