import type { Deps } from "@roster/usecases/deps.ts";
import { Router } from "express";
import type { Logger } from "pino";
import { answerErrors, noSuchRouteHere } from "../dialect.ts";
import { bulkRoutes } from "./bulk.ts";
import { contactRoutes } from "./contacts.ts";
import { mailerdash } from "./dialect.ts";
import { engagementRoutes } from "./engagement.ts";
import { listRoutes } from "./lists.ts";

/** The MailerDash dialect, to be mounted at /v1/bulk. */
export function mailerdashRoutes(deps: Deps, logger: Logger): Router {
  const router = Router();
  router.use("/contacts", bulkRoutes(deps), engagementRoutes(deps), contactRoutes(deps));
  router.use("/lists", listRoutes(deps));
  router.use(noSuchRouteHere, answerErrors(mailerdash, logger));
  return router;
}
