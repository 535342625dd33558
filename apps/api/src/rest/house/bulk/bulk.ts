import { startBulkChange } from "@roster/usecases/bulk/bulk.ts";
import { bulkNowLimit, changeContactsNow } from "@roster/usecases/bulk/bulk-now.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { type Request, type Response, Router } from "express";
import { jsonBody } from "../../body.ts";
import { replyOnce } from "../../idempotency.ts";
import { shownProblem } from "../contacts/contact-wire.ts";
import { houseScope } from "../scope.ts";
import { one } from "../wire.ts";
import { type BulkRequest, readBulkDelete, readBulkStart, readBulkUpdate } from "./bulk-body.ts";

/** 10,000 ids and a change: a contact's attributes may have 64 kB. */
const bulkBytes = 1024 * 1024;

/** Changes of many contacts at once. To be mounted at /contacts. */
export function bulkRoutes(deps: Deps): Router {
  const router = Router();
  /** @param mayAnswerNow whether few ids are changed while the caller waits; else it is always a job, which can be undone */
  const route =
    (read: (body: unknown, query: unknown) => BulkRequest, mayAnswerNow: boolean) =>
    async (req: Request, res: Response) => {
      const scope = await houseScope(deps, req);
      const body = await jsonBody(req, res, bulkBytes);
      const { subjects, change, name } = read(body ?? {}, req.query);
      await replyOnce({ deps, scope, req, res }, body, async (deps) => {
        if (mayAnswerNow && "ids" in subjects && subjects.ids.length <= bulkNowLimit) {
          const done = await changeContactsNow(deps, scope, { ids: subjects.ids, change });
          return { status: 200, body: changedNow(done) };
        }
        return { status: 202, body: one(await startBulkChange(deps, scope, { subjects, change, name })) };
      });
    };
  router.post("/bulk", route(readBulkStart, false));
  router.patch("/bulk", route(readBulkUpdate, true));
  router.delete("/bulk", route(readBulkDelete, true));
  return router;
}

function changedNow({ report, failures }: Awaited<ReturnType<typeof changeContactsNow>>) {
  const errors = failures.map(({ row, id, email, problem }) => {
    return { index: row, id, email, ...shownProblem(problem) };
  });
  return { success: true, ...report.counters, reasons: report.reasons, errors };
}
