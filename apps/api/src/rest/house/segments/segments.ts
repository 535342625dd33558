import type { Segment } from "@roster/domain/segments/segment.ts";
import { houseContact } from "@roster/usecases/contacts/house-contact.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import {
  previewFilter,
  previewSegment,
  refreshSegment,
  type SegmentPreview,
  segmentMembers,
} from "@roster/usecases/segments/segment-members.ts";
import {
  createSegment,
  deleteSegment,
  getSegment,
  listSegments,
  updateSegment,
} from "@roster/usecases/segments/segments.ts";
import { Router } from "express";
import { checked } from "../../../input-issue.ts";
import { jsonBody } from "../../body.ts";
import { replyOnce } from "../../idempotency.ts";
import { houseScope } from "../scope.ts";
import { many, one } from "../wire.ts";
import { NewSegment, PreviewBody, SegmentChange, SegmentsQuery } from "./segment-body.ts";

/** A hundred rules, of which a few have lists. */
const segmentBytes = 256 * 1024;

/** Named questions about contacts, and who answers to them. To be mounted at /segments. */
export function segmentRoutes(deps: Deps): Router {
  const router = Router();

  router.get("/", async (req, res) => {
    const scope = await houseScope(deps, req);
    const page = await listSegments(deps, scope, checked(SegmentsQuery, req.query));
    res.json(many(page.segments.map(houseSegment), page));
  });

  router.post("/", async (req, res) => {
    const scope = await houseScope(deps, req);
    const body = await jsonBody(req, res, segmentBytes);
    const input = checked(NewSegment, body);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      return { status: 201, body: one(houseSegment(await createSegment(deps, scope, input))) };
    });
  });

  router.post("/preview", async (req, res) => {
    const scope = await houseScope(deps, req);
    const { filter } = checked(PreviewBody, await jsonBody(req, res, segmentBytes));
    res.json(one(shownPreview(await previewFilter(deps, scope, filter))));
  });

  router.get("/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    res.json(one(houseSegment(await getSegment(deps, scope, req.params.id))));
  });

  router.patch("/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    const change = checked(SegmentChange, await jsonBody(req, res, segmentBytes));
    res.json(one(houseSegment(await updateSegment(deps, scope, req.params.id, change))));
  });

  router.delete("/:id", async (req, res) => {
    const scope = await houseScope(deps, req);
    await deleteSegment(deps, scope, req.params.id);
    res.json({ success: true });
  });

  router.get("/:id/preview", async (req, res) => {
    const scope = await houseScope(deps, req);
    res.json(one(shownPreview(await previewSegment(deps, scope, req.params.id))));
  });

  router.post("/:id/refresh", async (req, res) => {
    const scope = await houseScope(deps, req);
    await replyOnce({ deps, scope, req, res }, null, async (deps) => {
      return { status: 200, body: one(houseSegment(await refreshSegment(deps, scope, req.params.id))) };
    });
  });

  router.get("/:id/members", async (req, res) => {
    const scope = await houseScope(deps, req);
    const query = checked(SegmentsQuery, req.query);
    const page = await segmentMembers(deps, scope, req.params.id, query);
    res.json(many(page.contacts.map(houseContact), page));
  });

  return router;
}

function houseSegment({ id, name, filter, contactCount, countedAt, createdAt, updatedAt }: Segment) {
  return {
    id,
    name,
    filter,
    contactCount,
    countedAt: countedAt === null ? null : countedAt.toISOString(),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

function shownPreview({ count, sample }: SegmentPreview) {
  return { count, sample: sample.map(houseContact) };
}
