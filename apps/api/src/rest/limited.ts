import type { CallerScope } from "@roster/domain/accounts/scope.ts";
import { Refused } from "@roster/domain/refusal.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { type RequestHandler, Router } from "express";
import type { Logger } from "pino";
import { scopeOf } from "../authenticate.ts";
import type { RequestLimit } from "../request-limit.ts";
import { answerErrors, type Dialect } from "./dialect.ts";

/**
 * A dialect's routes behind the limit of requests: what goes beyond it is answered in the dialect's envelope before any route
 * is asked.
 */
export function limited(
  { deps, logger, requests }: { deps: Deps; logger: Logger; requests: RequestLimit },
  dialect: Dialect,
  routes: Router,
): Router {
  const limit: RequestHandler = async (req, res, next) => {
    // The routes will ask again, which costs no query: the key is remembered for as long.
    const caller = await callerOf(deps, req.headers.authorization);
    if (caller === null) return next();
    await requests.take(caller, dialect.limitHeaders, (name, value) => res.setHeader(name, value));
    next();
  };
  return Router().use(limit, routes, answerErrors(dialect, logger));
}

/** Null for whoever has no valid key: the routes turn them away in their own words. */
async function callerOf(deps: Deps, authorization: string | undefined): Promise<CallerScope | null> {
  try {
    return await scopeOf(deps, { authorization, tenant: undefined });
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}
