import type { Deps } from "@roster/usecases/deps.ts";
import { listTimeline } from "@roster/usecases/timeline.ts";
import { Router } from "express";
import { z } from "zod";
import { checked } from "../../input-issue.ts";
import { pageLimit } from "../../page-limit.ts";
import { Cursor } from "../../query-value.ts";
import { contactIdOf } from "./contact-path.ts";
import { houseScope } from "./scope.ts";
import { many } from "./wire.ts";

export const TimelineQuery = z.strictObject({
  limit: pageLimit({ default: 50, max: 1000 }),
  cursor: Cursor,
});

/** What happened to a contact. To be mounted at /contacts. */
export function timelineRoutes(deps: Deps): Router {
  const router = Router();
  router.get("/:id/timeline", async (req, res) => {
    const scope = await houseScope(deps, req);
    const query = checked(TimelineQuery, req.query);
    const page = await listTimeline(deps, scope, contactIdOf(req.params.id), query);
    const shown = page.entries.map(({ at, kind, ...entry }) => ({ kind, at: at.toISOString(), ...entry }));
    res.json(many(shown, page));
  });
  return router;
}
