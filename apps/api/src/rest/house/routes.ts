import type { Deps } from "@roster/usecases/deps.ts";
import { Router } from "express";
import { bulkRoutes } from "./bulk.ts";
import { importRoutes } from "./imports.ts";
import { jobRoutes } from "./jobs.ts";

/** The house dialect, to be mounted at /v1. Paths that it does not know are left to what is mounted behind it. */
export function houseRoutes(deps: Deps): Router {
  const router = Router();
  router.use("/contacts", importRoutes(deps), bulkRoutes(deps));
  router.use("/jobs", jobRoutes(deps));
  return router;
}
