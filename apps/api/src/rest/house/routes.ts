import type { Deps } from "@roster/usecases/deps.ts";
import { Router } from "express";
import { bulkRoutes } from "./bulk/bulk.ts";
import { changeRoutes } from "./contacts/changes.ts";
import type { Form } from "./contacts/contact-wire.ts";
import { contactRoutes } from "./contacts/contacts.ts";
import { coverageRoutes } from "./contacts/coverage.ts";
import { exportRoutes } from "./contacts/export.ts";
import { lookupRoutes } from "./contacts/lookup.ts";
import { duplicateRoutes } from "./duplicates/duplicates.ts";
import { mergeRoutes } from "./duplicates/merges.ts";
import { engagementRoutes } from "./events/engagement.ts";
import { eventSourceRoutes } from "./events/event-sources.ts";
import { eventRoutes } from "./events/events.ts";
import { healthRoutes } from "./health/health.ts";
import { contactDataRoutes } from "./history/contact-data.ts";
import { erasureRoutes } from "./history/erasures.ts";
import { timelineRoutes } from "./history/timeline.ts";
import { contactImportRoutes } from "./imports/contact-import.ts";
import { importRoutes } from "./imports/imports.ts";
import { jobRoutes } from "./jobs/jobs.ts";
import { contactListRoutes, listContactRoutes } from "./lists/list-contacts.ts";
import { listRoutes } from "./lists/lists.ts";
import { scoringRoutes } from "./scores/scoring.ts";
import { segmentRoutes } from "./segments/segments.ts";
import { settingsRoutes } from "./settings.ts";
import { suppressionRoutes } from "./suppressions/suppressions.ts";
import { webhookRoutes } from "./webhooks/webhooks.ts";

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
