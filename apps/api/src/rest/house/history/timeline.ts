import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import type { TimelineEntry } from "@roster/domain/history/timeline.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { listTimeline } from "@roster/usecases/history/timeline.ts";
import { Router } from "express";
import { z } from "zod";
import { checked } from "../../../input-issue.ts";
import { pageLimit } from "../../../page-limit.ts";
import { Cursor } from "../../../query-value.ts";
import { contactIdOf } from "../contacts/contact-path.ts";
import { houseScope } from "../scope.ts";
import { many } from "../wire.ts";

export const TimelineQuery = z.strictObject({
  limit: pageLimit({ default: 50, max: 1000 }),
  cursor: Cursor,
});

/** An entry on the wire, with contacts by this dialect's ids. */
function shown(entry: TimelineEntry) {
  const { at, kind, ...told } = entry;
  if (entry.kind !== "merged" && entry.kind !== "merge_undone")
    return { kind, at: at.toISOString(), ...told };
  const { mergeId, keptId, mergedIds } = entry;
  const contacts = { keptId: toHouseId(keptId), mergedIds: mergedIds.map(toHouseId) };
  return { kind, at: at.toISOString(), mergeId, ...contacts };
}

/** What happened to a contact. To be mounted at /contacts. */
export function timelineRoutes(deps: Deps): Router {
  const router = Router();
  router.get("/:id/timeline", async (req, res) => {
    const scope = await houseScope(deps, req);
    const query = checked(TimelineQuery, req.query);
    const page = await listTimeline(deps, scope, contactIdOf(req.params.id), query);
    res.json(many(page.entries.map(shown), page));
  });
  return router;
}
