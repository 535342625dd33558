import type { DialectDocument } from "../../docs/operation.ts";
import { Contact, ErrorAnswer } from "./answers.ts";
import { bulkOperations } from "./bulk-operations.ts";
import { contactOperations } from "./contact-operations.ts";
import { plunk } from "./dialect.ts";
import { importOperations } from "./import-operations.ts";
import { lookupOperations } from "./lookup-operations.ts";

export const plunkDocument: DialectDocument = {
  slug: "plunk",
  title: "Roster: Plunk's API",
  description:
    "Contacts by their id, at Plunk's paths. Takes keys that begin with `sk_`. A request with another one that begins with `mc_`, or with the header `X-Tenant-Id`, is MailingCore's.",
  prefixes: [""],
  dialect: plunk,
  error: ErrorAnswer,
  named: { Contact },
  tenantParameters: {},
  operations: [...contactOperations, ...lookupOperations, ...importOperations, ...bulkOperations],
};
