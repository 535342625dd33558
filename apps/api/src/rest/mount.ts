import type { Deps } from "@roster/usecases/deps.ts";
import { type Request, Router } from "express";
import type { Logger } from "pino";
import { bearerKey } from "../authenticate.ts";
import type { Config } from "../config.ts";
import type { RequestLimit } from "../request-limit.ts";
import { answerErrors, type Dialect, noSuchRoute } from "./dialect.ts";
import { house } from "./house/dialect.ts";
import { houseRoutes } from "./house/routes.ts";
import { limited } from "./limited.ts";
import { mailerdash } from "./mailerdash/dialect.ts";
import { mailerdashRoutes } from "./mailerdash/routes.ts";
import { mailingcore } from "./mailingcore/dialect.ts";
import { mailingcoreRoutes } from "./mailingcore/routes.ts";
import { misar } from "./misar/dialect.ts";
import { misarRoutes } from "./misar/routes.ts";
import { plunk } from "./plunk/dialect.ts";
import { plunkRoutes } from "./plunk/routes.ts";

/**
 * Two published APIs have their contacts at /contacts. A key that begins with `mc_`, or a tenant named in the header, is
 * MailingCore; everything else, also no key at all, is Plunk. Decided before any route, without falling through.
 */
function isMailingcore(req: Request): boolean {
  if (req.headers["x-tenant-id"] !== undefined) return true;
  return bearerKey(req.headers.authorization)?.startsWith("mc_") ?? false;
}

/** Routes that only some requests reach; the others go on to what is mounted behind. */
function only(reaches: (req: Request) => boolean, routes: Router): Router {
  const router = Router();
  router.use((req, _res, next) => next(reaches(req) ? undefined : "router"), routes);
  return router;
}

/** Every REST dialect at the paths that its own documentation prints. */
export function restRoutes(
  deps: Deps,
  logger: Logger,
  requests: RequestLimit,
  config: Pick<Config, "CONTACTS_BULK_MAX">,
): Router {
  const behindLimit = (dialect: Dialect, routes: Router) =>
    limited({ deps, logger, requests }, dialect, routes);
  const bulkMax = config.CONTACTS_BULK_MAX;
  const mailingcoreApi = behindLimit(mailingcore, mailingcoreRoutes(deps, logger, { bulkMax }));
  const router = Router();
  router.use("/contacts", only(isMailingcore, mailingcoreApi), behindLimit(plunk, plunkRoutes(deps, logger)));
  router.use("/v1/bulk", behindLimit(mailerdash, mailerdashRoutes(deps, logger)));
  router.use(["/api/v1", "/mail/api/v1"], behindLimit(misar, misarRoutes(deps, logger)));
  router.use("/v1", behindLimit(house, houseRoutes(deps, "v1")));
  router.use("/mail/v1", behindLimit(house, houseRoutes(deps, "mail")));
  // Whatever no dialect knows is answered as the house does.
  router.use(noSuchRoute, answerErrors(house, logger));
  return router;
}
