import { bulkWrite } from "@roster/domain/contacts/write-policy.ts";
import { findContacts } from "@roster/usecases/contacts/contact-find.ts";
import { upsertRows } from "@roster/usecases/contacts/contact-upserts.ts";
import {
  eraseContact,
  getContact,
  updateContact,
  upsertContact,
} from "@roster/usecases/contacts/contacts.ts";
import { coverageByLocale } from "@roster/usecases/contacts/coverage.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { type Request, Router } from "express";
import type { Logger } from "pino";
import { scopeOf } from "../../authenticate.ts";
import { checked } from "../../input-issue.ts";
import { refusedIssues, within } from "../../refused-items.ts";
import { jsonBody } from "../body.ts";
import { answerErrors, noSuchRoute, noSuchRouteHere } from "../dialect.ts";
import { replyOnce } from "../idempotency.ts";
import { readBulkBody } from "./bulk-body.ts";
import { readContactBody } from "./contact-body.ts";
import { mailingcore } from "./dialect.ts";
import { readResubscribe } from "./resubscribe.ts";
import { BulkQuery, ListQuery, shownContact, shownPage, shownUpserts } from "./wire.ts";

/** A contact's attributes may have 64 kB; with escapes and the rest this is room enough. */
const contactBytes = 256 * 1024;
/** 10 kB for each of a thousand contacts. */
const bulkBytes = 10 * 1024 * 1024;

/** Segments that the paths of contacts share with other routes; an externalId of that name is reached by the contact's id. */
const literals = ["/bulk", "/import", "/imports", "/export", "/changes", "/fields"];
const furtherLiterals = ["/scoring-rules", "/health", "/lookup", "/duplicates"];

/**
 * The MailingCore dialect, to be mounted at /contacts.
 * @param bulkMax most contacts of one bulk upsert
 */
export function mailingcoreRoutes(deps: Deps, logger: Logger, { bulkMax }: { bulkMax: number }): Router {
  const router = Router();

  router.post("/bulk", async (req, res) => {
    const scope = await mailingcoreScope(deps, req);
    const { strict, ...query } = checked(BulkQuery, req.query);
    const body = await jsonBody(req, res, bulkBytes);
    const { rows, sent, resubscribe } = readBulkBody(body, { query, max: bulkMax });
    const policy = { ...bulkWrite, optInNeedsConsent: true, resubscribe };
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      const done = await upsertRows(deps, scope, { rows, policy, allOrNothing: strict });
      if (strict && done.report.counters.failed > 0) {
        throw refusedIssues(
          done.outcomes.flatMap((outcome, index) =>
            outcome.kind === "failed" ? [within(`contacts.${index}`, outcome.problem)] : [],
          ),
        );
      }
      return { status: 200, body: shownUpserts(done, sent) };
    });
  });
  router.get("/locale-coverage", async (req, res) => {
    const scope = await mailingcoreScope(deps, req);
    res.json((await coverageByLocale(deps, scope)).locales);
  });
  router.use([...literals, ...furtherLiterals], noSuchRoute);

  router.get("/", async (req, res) => {
    const scope = await mailingcoreScope(deps, req);
    const query = checked(ListQuery, req.query);
    const { optIn, ...wanted } = query;
    res.json(shownPage(query, await findContacts(deps, scope, { ...wanted, subscribed: optIn })));
  });

  const upsert = (deps: Deps, scope: Awaited<ReturnType<typeof mailingcoreScope>>, body: unknown) => {
    const input = readContactBody(body);
    const options = { optInNeedsConsent: true, resubscribe: readResubscribe(body as object) };
    return upsertContact(deps, scope, input, options).then(({ contact }) => shownContact(contact));
  };

  router.put("/", async (req, res) => {
    const scope = await mailingcoreScope(deps, req);
    res.json(await upsert(deps, scope, await jsonBody(req, res, contactBytes)));
  });

  router.post("/", async (req, res) => {
    const scope = await mailingcoreScope(deps, req);
    const body = await jsonBody(req, res, contactBytes);
    await replyOnce({ deps, scope, req, res }, body, async (deps) => {
      return { status: 200, body: await upsert(deps, scope, body) };
    });
  });

  router.get("/:idOrExternalId", async (req, res) => {
    const scope = await mailingcoreScope(deps, req);
    res.json(shownContact(await getContact(deps, scope, req.params)));
  });

  router.patch("/:idOrExternalId", async (req, res) => {
    const scope = await mailingcoreScope(deps, req);
    const body = await jsonBody(req, res, contactBytes);
    const input = readContactBody(body);
    const resubscribe = readResubscribe(body as object);
    res.json(shownContact(await updateContact(deps, scope, req.params, input, { resubscribe })));
  });

  router.delete("/:idOrExternalId", async (req, res) => {
    const scope = await mailingcoreScope(deps, req);
    await eraseContact(deps, scope, req.params);
    res.status(204).end();
  });

  router.use(noSuchRouteHere, answerErrors(mailingcore, logger));
  return router;
}

/** Who calls; X-Tenant-Id names another tenant of the same account. */
function mailingcoreScope(deps: Deps, req: Request) {
  const { authorization } = req.headers;
  return scopeOf(deps, { authorization, tenant: req.get("x-tenant-id") });
}
