import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { houseContact } from "@roster/usecases/contacts/house-contact.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import {
  changeFoundContacts,
  exportHealthFindings,
  listHealthFindings,
} from "@roster/usecases/health/health-findings.ts";
import { healthStats, listHealthRuns, startHealthRun } from "@roster/usecases/health/list-health.ts";
import { Router } from "express";
import { checked } from "../../../input-issue.ts";
import { jsonBody } from "../../body.ts";
import { replyOnce } from "../../idempotency.ts";
import { houseScope } from "../scope.ts";
import { many, one } from "../wire.ts";
import {
  ApplyBody,
  FindingsExportQuery,
  FindingsQuery,
  RunBody,
  RunsQuery,
  UnengagedQuery,
} from "./health-query.ts";

/** No body of these routes has more than a tag in it. */
const bodyBytes = 4096;

/** List health. To be mounted at /contacts, before the routes of one contact. */
export function healthRoutes(deps: Deps): Router {
  const router = Router();

  router.post("/health/run", async (req, res) => {
    const scope = await houseScope(deps, req);
    const body = checked(RunBody, (await jsonBody(req, res, bodyBytes)) ?? {});
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      return { status: 202, body: one(await startHealthRun(deps, scope)) };
    });
  });

  router.get("/health/stats", async (req, res) => {
    const scope = await houseScope(deps, req);
    res.json(one(await healthStats(deps, scope)));
  });

  router.get("/health/runs", async (req, res) => {
    const scope = await houseScope(deps, req);
    const page = await listHealthRuns(deps, scope, checked(RunsQuery, req.query));
    res.json(many(page.runs, page));
  });

  router.get("/health/unengaged", async (req, res) => {
    const scope = await houseScope(deps, req);
    const query = checked(UnengagedQuery, req.query);
    res.json(findingList(await listHealthFindings(deps, scope, { ...query, class: "unengaged" })));
  });

  router.get("/health/findings", async (req, res) => {
    const scope = await houseScope(deps, req);
    res.json(findingList(await listHealthFindings(deps, scope, checked(FindingsQuery, req.query))));
  });

  router.get("/health/findings/export", async (req, res) => {
    const scope = await houseScope(deps, req);
    const { format, ...selection } = checked(FindingsExportQuery, req.query);
    const pieces = await exportHealthFindings(deps, scope, selection);
    res.attachment(`health-findings.${format}`).type("text/csv; charset=utf-8");
    await pipeline(Readable.from(pieces), res);
  });

  router.post("/health/apply", async (req, res) => {
    const scope = await houseScope(deps, req);
    const action = checked(ApplyBody, await jsonBody(req, res, bodyBytes));
    await replyOnce({ deps, scope, req, res }, action, async (deps) => {
      return { status: 202, body: one(await changeFoundContacts(deps, scope, action)) };
    });
  });

  return router;
}

type FindingPage = Awaited<ReturnType<typeof listHealthFindings>>;

function findingList(page: FindingPage) {
  return { ...many(page.findings.map(houseFinding), page), runId: page.runId };
}

function houseFinding({
  contact,
  class: found,
  reasons,
  suggestion,
  lastOpenedAt,
}: FindingPage["findings"][number]) {
  return { ...houseContact(contact), class: found, reasons, suggestion, lastOpenedAt };
}
