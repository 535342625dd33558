import type { Deps } from "@roster/usecases/deps.ts";
import { readiness } from "@roster/usecases/readiness.ts";
import { type Request, type Response, Router } from "express";

/**
 * For whoever watches the process, without a key: `/healthz` says that it is alive, `/readyz` that work gets done, which
 * takes the database with its schema and a worker.
 */
export function healthRoutes(deps: Deps): Router {
  const router = Router();
  router.get("/healthz", (_req: Request, res: Response) => {
    res.json({ status: "ok" });
  });
  router.get("/readyz", async (_req: Request, res: Response) => {
    const state = await readiness(deps);
    const ready = state.database && state.worker;
    res.status(ready ? 200 : 503).json({ status: ready ? "ready" : "not ready", ...state });
  });
  return router;
}
