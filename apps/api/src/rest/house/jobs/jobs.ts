import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Deps } from "@roster/usecases/deps.ts";
import { jobFailuresCsv } from "@roster/usecases/jobs/job-failures-csv.ts";
import { retryJob } from "@roster/usecases/jobs/job-retry.ts";
import { cancelJob, getJob, listJobFailures, listJobs } from "@roster/usecases/jobs/jobs.ts";
import { previewUndo, undoJob } from "@roster/usecases/jobs/undo.ts";
import { Router } from "express";
import { checked } from "../../../input-issue.ts";
import { jsonBody } from "../../body.ts";
import { replyOnce } from "../../idempotency.ts";
import { houseScope } from "../scope.ts";
import { FailuresQuery, houseJob, JobsQuery, many, one, RetryBody } from "../wire.ts";

/** No body of these routes has more than a number in it. */
const bodyBytes = 1024;

/** Jobs of every kind, however they were started. To be mounted at /jobs. */
export function jobRoutes(deps: Deps): Router {
  const router = Router();

  router.get("/", async (req, res) => {
    const scope = await houseScope(deps, req);
    const page = await listJobs(deps, scope, checked(JobsQuery, req.query));
    res.json(many(page.jobs.map(houseJob), page));
  });

  router.get("/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    res.json(one(houseJob(await getJob(deps, scope, req.params.id))));
  });

  router.get("/:id/errors", async (req, res) => {
    const scope = await houseScope(deps, req);
    const page = await listJobFailures(deps, scope, req.params.id, checked(FailuresQuery, req.query));
    res.json(many(page.failures, page));
  });

  router.get("/:id/errors.csv", async (req, res) => {
    const scope = await houseScope(deps, req);
    const lines = await jobFailuresCsv(deps, scope, req.params.id);
    res.type("text/csv; charset=utf-8").attachment(`job-${req.params.id}-errors.csv`);
    await pipeline(Readable.from(lines), res);
  });

  router.post("/:id/cancel", async (req, res) => {
    const scope = await houseScope(deps, req);
    await replyOnce({ deps, scope, req, res }, null, async (deps) => {
      const job = await cancelJob(deps, scope, req.params.id);
      return { status: 200, body: one(houseJob(job)) };
    });
  });

  router.post("/:id/retry", async (req, res) => {
    const scope = await houseScope(deps, req);
    const changes = checked(RetryBody, (await jsonBody(req, res, bodyBytes)) ?? {});
    await replyOnce({ deps, scope, req, res }, changes, async (deps) => {
      const job = await retryJob(deps, scope, req.params.id, changes);
      return { status: 202, body: one(houseJob(job)) };
    });
  });

  router.get("/:id/undo-preview", async (req, res) => {
    const scope = await houseScope(deps, req);
    res.json(one(await previewUndo(deps, scope, req.params.id)));
  });

  router.post("/:id/undo", async (req, res) => {
    const scope = await houseScope(deps, req);
    await replyOnce({ deps, scope, req, res }, null, async (deps) => {
      const started = await undoJob(deps, scope, req.params.id);
      return { status: 202, body: one(started) };
    });
  });

  return router;
}
