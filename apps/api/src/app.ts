import type { Deps } from "@roster/usecases/deps.ts";
import express, { type Express } from "express";
import type { Logger } from "pino";
import type { Config } from "./config.ts";
import { crossOrigin } from "./cross-origin.ts";
import { docsRoutes } from "./docs/routes.ts";
import { receiverRoutes } from "./event-receiver.ts";
import { healthRoutes } from "./health.ts";
import { RequestLimit } from "./request-limit.ts";
import { requestLog } from "./request-log.ts";
import { house } from "./rest/house/dialect.ts";
import { restRoutes } from "./rest/mount.ts";
import { securityHeaders } from "./security-headers.ts";
import { trpcHandler } from "./trpc/mount.ts";

/**
 * The whole API as one handler, without a port.
 * @param stopping aborted when the server is asked to stop, so that open subscriptions end
 */
export function buildApp(
  deps: Deps,
  config: Pick<Config, "TRUST_PROXY" | "CORS_ORIGINS" | "CONTACTS_BULK_MAX">,
  { logger, stopping = new AbortController().signal }: { logger: Logger; stopping?: AbortSignal },
): Express {
  const app = express();
  app.set("trust proxy", config.TRUST_PROXY);
  // A hash of each answer for caches that no caller of an API with keys has.
  app.disable("etag");
  app.use(requestLog(logger), securityHeaders, crossOrigin(config.CORS_ORIGINS));
  app.use(healthRoutes(deps));
  app.use("/docs", docsRoutes());
  // One for all doors: a key has one minute, whatever it speaks.
  const requests = new RequestLimit();
  app.use("/trpc", trpcHandler(deps, logger, requests, "/trpc", stopping));
  app.use(receiverRoutes(deps, logger, requests, house));
  app.use(restRoutes(deps, logger, requests, config));
  return app;
}
