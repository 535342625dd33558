import type { Deps } from "@roster/usecases/deps.ts";
import { Router } from "express";
import { bulkRoutes } from "./bulk.ts";
import { changeRoutes } from "./changes.ts";
import { contactDataRoutes } from "./contact-data.ts";
import { contactImportRoutes } from "./contact-import.ts";
import type { Form } from "./contact-wire.ts";
import { contactRoutes } from "./contacts.ts";
import { coverageRoutes } from "./coverage.ts";
import { duplicateRoutes } from "./duplicates.ts";
import { engagementRoutes } from "./engagement.ts";
import { erasureRoutes } from "./erasures.ts";
import { eventSourceRoutes } from "./event-sources.ts";
import { eventRoutes } from "./events.ts";
import { exportRoutes } from "./export.ts";
import { healthRoutes } from "./health.ts";
import { importRoutes } from "./imports.ts";
import { jobRoutes } from "./jobs.ts";
import { contactListRoutes, listContactRoutes } from "./list-contacts.ts";
import { listRoutes } from "./lists.ts";
import { lookupRoutes } from "./lookup.ts";
import { mergeRoutes } from "./merges.ts";
import { scoringRoutes } from "./scoring.ts";
import { segmentRoutes } from "./segments.ts";
import { settingsRoutes } from "./settings.ts";
import { suppressionRoutes } from "./suppressions.ts";
import { timelineRoutes } from "./timeline.ts";
import { webhookRoutes } from "./webhooks.ts";

/**
 * The house dialect, to be mounted at /v1, or in the older form at /mail/v1. Paths that it does not know are left to what is
 * mounted behind it.
 */
export function houseRoutes(deps: Deps, form: Form): Router {
  const router = Router();
  const literal = [
    importRoutes,
    bulkRoutes,
    contactImportRoutes,
    exportRoutes,
    lookupRoutes,
    coverageRoutes,
    changeRoutes,
    duplicateRoutes,
    mergeRoutes,
    healthRoutes,
    scoringRoutes,
  ];
  const ofOne = [contactDataRoutes, engagementRoutes, timelineRoutes, contactListRoutes];
  router.use("/contacts", ...[...literal, ...ofOne].map((routes) => routes(deps)), contactRoutes(deps, form));
  router.use("/events", eventRoutes(deps));
  router.use("/event-sources", eventSourceRoutes(deps));
  router.use("/jobs", jobRoutes(deps));
  router.use("/settings", settingsRoutes(deps));
  router.use("/segments", segmentRoutes(deps));
  router.use("/suppressions", suppressionRoutes(deps));
  router.use("/lists", listRoutes(deps), listContactRoutes(deps));
  router.use("/erasures", erasureRoutes(deps));
  router.use("/webhooks", webhookRoutes(deps));
  return router;
}
