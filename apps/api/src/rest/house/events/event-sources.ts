import { EventSourceChange, EventSourceWish } from "@roster/domain/events/event-source.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import {
  changeEventSource,
  createEventSource,
  deleteEventSource,
  getEventSource,
  listEventSources,
  rotateEventSource,
} from "@roster/usecases/events/event-sources.ts";
import { Router } from "express";
import { z } from "zod";
import { receiverPath } from "../../../event-receiver.ts";
import { checked } from "../../../input-issue.ts";
import { refuseIdempotencyKey } from "../../../keyed-request.ts";
import { pageLimit } from "../../../page-limit.ts";
import { Cursor } from "../../../query-value.ts";
import { shownSource } from "../../../shown-source.ts";
import { jsonBody } from "../../body.ts";
import { houseScope } from "../scope.ts";
import { many, one } from "../wire.ts";

const bodyBytes = 16 * 1024;

export const EventSourcesQuery = z.strictObject({
  limit: pageLimit({ default: 50, max: 100 }),
  cursor: Cursor,
});

/** The path of one source. */
export const EventSourcePath = z.object({ id: z.string().describe("The source's id, a UUID.") });

/** Addresses at which providers tell what became of mails. To be mounted at /event-sources. */
export function eventSourceRoutes(deps: Deps): Router {
  const router = Router();

  router.get("/", async (req, res) => {
    const scope = await houseScope(deps, req);
    const page = await listEventSources(deps, scope, checked(EventSourcesQuery, req.query));
    res.json(many(page.sources.map(shownSource), page));
  });

  router.post("/", async (req, res) => {
    const scope = await houseScope(deps, req);
    refuseIdempotencyKey(req.headers);
    const wish = checked(EventSourceWish, await jsonBody(req, res, bodyBytes));
    const { source, opening } = await createEventSource(deps, scope, wish);
    res.status(201).json(one({ ...shownSource(source), ...opening, path: receiverPath(opening.token) }));
  });

  router.get("/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    res.json(one(shownSource(await getEventSource(deps, scope, req.params.id))));
  });

  router.patch("/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    const change = checked(EventSourceChange, await jsonBody(req, res, bodyBytes));
    res.json(one(shownSource(await changeEventSource(deps, scope, req.params.id, change))));
  });

  router.post("/:id/rotate", async (req, res) => {
    const scope = await houseScope(deps, req);
    refuseIdempotencyKey(req.headers);
    const { source, opening } = await rotateEventSource(deps, scope, req.params.id);
    res.json(one({ ...shownSource(source), ...opening, path: receiverPath(opening.token) }));
  });

  router.delete("/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    await deleteEventSource(deps, scope, req.params.id);
    res.json({ success: true });
  });

  return router;
}
