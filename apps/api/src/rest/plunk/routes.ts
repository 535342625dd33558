import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import { Refused } from "@roster/domain/refusal.ts";
import { listContacts } from "@roster/usecases/contacts/contact-list.ts";
import {
  deleteContact,
  getContact,
  updateContact,
  upsertContact,
} from "@roster/usecases/contacts/contacts.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { receiveUpload } from "@roster/usecases/imports/uploads.ts";
import { getJob } from "@roster/usecases/jobs/jobs.ts";
import { type Request, Router } from "express";
import type { Logger } from "pino";
import { bearerKey, scopeOf } from "../../authenticate.ts";
import { checked } from "../../input-issue.ts";
import { idempotencyKey } from "../../keyed-request.ts";
import { jsonBody } from "../body.ts";
import { answerErrors, noSuchRouteHere } from "../dialect.ts";
import { type FilePart, readForm } from "../form.ts";
import { replyOnce } from "../idempotency.ts";
import { replyWithImport } from "../import-reply.ts";
import { bulkRoutes } from "./bulk.ts";
import { ContactChange, NewContact, readContactBody } from "./contact-body.ts";
import { plunk } from "./dialect.ts";
import { lookupRoutes } from "./lookup.ts";
import { shownFailures } from "./shown-failures.ts";
import { ListQuery, plunkContact, plunkJob, plunkPage } from "./wire.ts";

/** The published limit of an import's file. */
const importBytes = 5 * 1024 * 1024;
/** A contact's attributes may have 64 kB; with escapes and the rest this is room enough. */
const contactBytes = 256 * 1024;

/** The Plunk dialect, to be mounted at /contacts. */
export function plunkRoutes(deps: Deps, logger: Logger): Router {
  const router = Router();

  router.post("/import", async (req, res) => {
    const scope = await plunkScope(deps, req);
    // Judged before a byte is taken.
    idempotencyKey(req.headers);
    const form = await readForm(req, (file) => receiveCsv(deps, scope, file));
    if (form.file === null) throw badFile("no_file", "No file came. Send a CSV in the form field “file”.");
    const file = {
      upload: form.file,
      name: null,
      hints: { format: "csv" as const },
      policy: ImportPolicy.parse({}),
    };
    await replyWithImport({ deps, scope, req, res }, file, ({ jobId }) => ({
      message: "The import is queued.",
      jobId,
    }));
  });

  router.get("/import/:jobId", async (req, res) => {
    const scope = await plunkScope(deps, req);
    const job = await getJob(deps, scope, req.params.jobId);
    if (job.kind !== "import") throw new Refused({ code: "not_found", what: "job" });
    const failures = await shownFailures(deps, scope, job);
    res.json(plunkJob(job, failures));
  });

  router.use(bulkRoutes(deps, (req) => plunkScope(deps, req)));
  router.use(lookupRoutes(deps, (req) => plunkScope(deps, req)));

  router.get("/", async (req, res) => {
    const scope = await plunkScope(deps, req);
    res.json(plunkPage(await listContacts(deps, scope, checked(ListQuery, req.query))));
  });

  router.post("/", async (req, res) => {
    const scope = await plunkScope(deps, req);
    const body = await jsonBody(req, res, contactBytes);
    const input = readContactBody(NewContact, body);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      const { contact, isNew } = await upsertContact(deps, scope, input);
      const shown = { ...plunkContact(contact), _meta: { isNew, isUpdate: !isNew } };
      return { status: isNew ? 201 : 200, body: shown };
    });
  });

  router.get("/:id", async (req, res) => {
    const scope = await plunkScope(deps, req);
    res.json(plunkContact(await getContact(deps, scope, req.params.id)));
  });

  router.patch("/:id", async (req, res) => {
    const scope = await plunkScope(deps, req);
    const input = readContactBody(ContactChange, await jsonBody(req, res, contactBytes));
    res.json(plunkContact(await updateContact(deps, scope, req.params.id, input)));
  });

  router.delete("/:id", async (req, res) => {
    const scope = await plunkScope(deps, req);
    await deleteContact(deps, scope, req.params.id);
    res.status(204).end();
  });

  router.use(noSuchRouteHere, answerErrors(plunk, logger));
  return router;
}

/** This API takes secret keys only. */
async function plunkScope(deps: Deps, req: Request): Promise<TenantScope> {
  const { authorization } = req.headers;
  if (!bearerKey(authorization)?.startsWith("sk_")) throw new Refused({ code: "unauthenticated" });
  return scopeOf(deps, { authorization, tenant: undefined });
}

async function receiveCsv(deps: Deps, scope: TenantScope, { name, contentType, bytes }: FilePart) {
  // Browsers on Windows call a CSV application/vnd.ms-excel, and many libraries application/octet-stream.
  if (contentType !== "text/csv" && !/\.csv$/i.test(name ?? "")) {
    throw badFile("not_a_csv", "The file is no CSV. Send one as text/csv, or with a name that ends in .csv.");
  }
  return receiveUpload(deps, scope, bytes, { name, contentType, limitBytes: importBytes });
}

function badFile(problem: string, message: string): Refused {
  return new Refused({ code: "bad_upload", problem, message });
}
