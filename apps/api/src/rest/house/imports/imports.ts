import { requireBulkImport } from "@roster/usecases/accounts/authentication.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { previewImport } from "@roster/usecases/imports/import-preview.ts";
import { Router } from "express";
import { idempotencyKey } from "../../../keyed-request.ts";
import { replyWithImport } from "../../import-reply.ts";
import { houseScope } from "../scope.ts";
import { one } from "../wire.ts";
import { receiveImport } from "./import-file.ts";

/** Files of any size: stored as they come, imported by the worker. To be mounted at /contacts. */
export function importRoutes(deps: Deps): Router {
  const router = Router();
  router.post("/imports", async (req, res) => {
    const scope = await houseScope(deps, req);
    // Judged before a byte is taken.
    requireBulkImport(scope);
    idempotencyKey(req.headers);
    await replyWithImport({ deps, scope, req, res }, await receiveImport(deps, scope, req), one);
  });

  router.post("/imports/preview", async (req, res) => {
    const scope = await houseScope(deps, req);
    const { upload, hints, policy } = await receiveImport(deps, scope, req);
    const { uploadId } = upload;
    const preview = await previewImport(deps, scope, { uploadId, hints, policy });
    res.json(one({ uploadId, ...preview }));
  });

  return router;
}
