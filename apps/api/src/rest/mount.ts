import type { Deps } from "@roster/usecases/deps.ts";
import { type Request, type RequestHandler, Router } from "express";
import type { Logger } from "pino";
import { bearerKey } from "../authenticate.ts";
import type { Config } from "../config.ts";
import { answerErrors, noSuchRoute } from "./dialect.ts";
import { house } from "./house/dialect.ts";
import { houseRoutes } from "./house/routes.ts";
import { mailerdashRoutes } from "./mailerdash/routes.ts";
import { mailingcoreRoutes } from "./mailingcore/routes.ts";
import { misarRoutes } from "./misar/routes.ts";
import { plunkRoutes } from "./plunk/routes.ts";

/** The dialects that share the path /contacts. */
type ContactsDialect = "plunk" | "mailingcore";

/**
 * Two published APIs have their contacts at /contacts. A key that begins with `mc_`, or a tenant named in the header, is
 * MailingCore; everything else, also no key at all, is Plunk. Decided before any route, without falling through.
 */
export function contactsDialect(req: Request): ContactsDialect {
  if (req.headers["x-tenant-id"] !== undefined) return "mailingcore";
  return bearerKey(req.headers.authorization)?.startsWith("mc_") ? "mailingcore" : "plunk";
}

/** Every REST dialect at the paths that its own documentation prints. */
export function restRoutes(deps: Deps, logger: Logger, config: Pick<Config, "CONTACTS_BULK_MAX">): Router {
  const contacts: Record<ContactsDialect, RequestHandler> = {
    plunk: plunkRoutes(deps, logger),
    mailingcore: mailingcoreRoutes(deps, logger, { bulkMax: config.CONTACTS_BULK_MAX }),
  };
  const router = Router();
  router.use("/contacts", (req, res, next) => contacts[contactsDialect(req)](req, res, next));
  router.use("/v1/bulk", mailerdashRoutes(deps, logger));
  router.use(["/api/v1", "/mail/api/v1"], misarRoutes(deps, logger));
  router.use("/v1", houseRoutes(deps, "v1"));
  router.use("/mail/v1", houseRoutes(deps, "mail"));
  // Whatever no dialect knows is answered as the house does.
  router.use(noSuchRoute, answerErrors(house, logger));
  return router;
}
