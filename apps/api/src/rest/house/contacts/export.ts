import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import { type ExportHeader, exportHeaders } from "@roster/domain/contacts/export-column.ts";
import { toHouseId } from "@roster/domain/contacts/house-id.ts";
import { tagCell } from "@roster/domain/contacts/tag.ts";
import { tierOf } from "@roster/domain/scores/score.ts";
import { requireScope } from "@roster/usecases/accounts/authentication.ts";
import {
  type ExportColumn,
  exportContactsCsv,
  exportContactsNdjson,
} from "@roster/usecases/contacts/contact-export.ts";
import { houseContact } from "@roster/usecases/contacts/house-contact.ts";
import type { Deps } from "@roster/usecases/deps.ts";
import { requireListOf } from "@roster/usecases/lists/lists.ts";
import { segmentOf } from "@roster/usecases/segments/segment-evaluation.ts";
import { Router } from "express";
import { checked } from "../../../input-issue.ts";
import { houseScope } from "../scope.ts";
import { ExportQuery } from "./contact-query.ts";

/** All contacts that the list's filters select, as a file. To be mounted at /contacts, before the routes of one contact. */
export function exportRoutes(deps: Deps): Router {
  const router = Router();
  router.get("/export", async (req, res) => {
    const scope = await houseScope(deps, req);
    const { format, selection } = checked(ExportQuery, req.query);
    requireScope(scope, "contacts:read");
    // Once the first byte is out, nothing can be refused any more.
    await requireListOf(deps, scope, selection);
    await segmentOf(deps, scope, selection);
    const pieces =
      format === "csv"
        ? exportContactsCsv(deps, scope, selection, columns)
        : exportContactsNdjson(deps, scope, selection, exported);
    res.attachment(`contacts.${format}`);
    // Behind the name, which would decide the type.
    res.type(format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8");
    await pipeline(Readable.from(pieces), res);
  });
  return router;
}

/** As it is read, but with the name as it was given: one that is joined for show would come back as the contact's own. */
function exported(contact: StoredContact): Record<ExportHeader, unknown> {
  return { ...houseContact(contact), name: contact.name };
}

const cells: Record<ExportHeader, (contact: StoredContact) => string> = {
  id: ({ id }) => toHouseId(id),
  email: ({ email }) => email,
  name: ({ name }) => name ?? "",
  firstName: ({ firstName }) => firstName ?? "",
  lastName: ({ lastName }) => lastName ?? "",
  phone: ({ phone }) => phone ?? "",
  tags: ({ tags }) => tagCell(tags),
  metadata: ({ attributes }) => JSON.stringify(attributes),
  status: ({ status }) => status,
  externalId: ({ externalId }) => externalId ?? "",
  locale: ({ locale }) => locale ?? "",
  consent: ({ consent }) => consent ?? "",
  source: ({ source }) => source ?? "",
  score: ({ score }) => String(score),
  tier: ({ score }) => tierOf(score),
  createdAt: ({ createdAt }) => createdAt.toISOString(),
  updatedAt: ({ updatedAt }) => updatedAt.toISOString(),
};
const columns = exportHeaders.map((header): ExportColumn => ({ header, cell: cells[header] }));
