import type { Erasure } from "@roster/domain/history/erasure.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { eraseAddress, getErasure, listErasures } from "@roster/usecases/history/erasures.ts";
import { Router } from "express";
import { z } from "zod";
import { checked } from "../../../input-issue.ts";
import { pageLimit } from "../../../page-limit.ts";
import { Cursor } from "../../../query-value.ts";
import { jsonBody } from "../../body.ts";
import { replyOnce } from "../../idempotency.ts";
import { houseScope } from "../scope.ts";
import { many, one } from "../wire.ts";

const bodyBytes = 16 * 1024;

export const ErasureBody = z.strictObject(
  { email: z.string("Send the address as a text.") },
  "Send a JSON object with email, with Content-Type: application/json.",
);

export const ErasuresQuery = z.strictObject({
  limit: pageLimit({ default: 50, max: 1000 }),
  cursor: Cursor,
});

/** People who asked to be forgotten. To be mounted at /erasures. */
export function erasureRoutes(deps: Deps): Router {
  const router = Router();

  router.post("/", async (req, res) => {
    const scope = await houseScope(deps, req);
    const body = await jsonBody(req, res, bodyBytes);
    const { email } = checked(ErasureBody, body);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      return { status: 202, body: one(shownErasure(await eraseAddress(deps, scope, email))) };
    });
  });

  router.get("/", async (req, res) => {
    const scope = await houseScope(deps, req);
    const page = await listErasures(deps, scope, checked(ErasuresQuery, req.query));
    res.json(many(page.erasures.map(shownErasure), page));
  });

  router.get("/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    res.json(one(shownErasure(await getErasure(deps, scope, req.params.id))));
  });

  return router;
}

/** An erasure, which says what was found and not of whom. */
export function shownErasure({ id, jobId, requestedAt, finishedAt, removed }: Erasure) {
  return {
    id,
    jobId,
    done: finishedAt !== null,
    requestedAt: requestedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    removed,
  };
}
