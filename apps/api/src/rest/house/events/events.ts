import { requireScope } from "@roster/usecases/accounts/authentication.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { type RecordedEvents, recordEvents } from "@roster/usecases/events/events.ts";
import { previewImport } from "@roster/usecases/imports/import-preview.ts";
import { Router } from "express";
import { idempotencyKey } from "../../../keyed-request.ts";
import { jsonBody } from "../../body.ts";
import { replyOnce } from "../../idempotency.ts";
import { replyWithImport } from "../../import-reply.ts";
import { shownProblem } from "../contacts/contact-wire.ts";
import { receiveImport } from "../imports/import-file.ts";
import { houseScope } from "../scope.ts";
import { one } from "../wire.ts";
import { type EventItem, readEvents } from "./event-body.ts";

/** A thousand events with texts of full length, in characters that take four bytes. */
const eventBytes = 4 * 1024 * 1024;

/** What mail servers and recipients did, in a request or as a file of any size. To be mounted at /events. */
export function eventRoutes(deps: Deps): Router {
  const router = Router();

  router.post("/", async (req, res) => {
    const scope = await houseScope(deps, req);
    // Judged before a body is taken.
    requireScope(scope, "contacts:write");
    const body = await jsonBody(req, res, eventBytes);
    const items = readEvents(body);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      const events = items.flatMap((item) => ("input" in item ? [item.input] : []));
      const recorded = await recordEvents(deps, scope, { events });
      return { status: 202, body: one(shownEvents(items, recorded)) };
    });
  });

  router.post("/imports", async (req, res) => {
    const scope = await houseScope(deps, req);
    idempotencyKey(req.headers);
    await replyWithImport({ deps, scope, req, res }, await receiveImport(deps, scope, req, "events"), one);
  });

  router.post("/imports/preview", async (req, res) => {
    const scope = await houseScope(deps, req);
    const { upload, hints, policy } = await receiveImport(deps, scope, req, "events");
    const { uploadId } = upload;
    res.json(one({ uploadId, ...(await previewImport(deps, scope, { uploadId, hints, policy })) }));
  });

  return router;
}

function shownEvents(items: readonly EventItem[], { accepted, duplicate, outcomes }: RecordedEvents) {
  const recorded = outcomes.values();
  const errors = items.flatMap(({ index, id, email, ...read }): object[] => {
    if ("issue" in read) return [{ index, id, email, ...read.issue }];
    const outcome = recorded.next().value!;
    return outcome.kind === "failed" ? [{ index, id, email, ...shownProblem(outcome.problem) }] : [];
  });
  return { accepted, duplicate, failed: errors.length, errors };
}
