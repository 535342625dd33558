import { type DialectDocument, TenantId } from "../../docs/operation.ts";
import { Contact, ErrorAnswer } from "./answers.ts";
import { bulkOperations } from "./bulk-operations.ts";
import { contactOperations } from "./contact-operations.ts";
import { mailerdash } from "./dialect.ts";
import { engagementOperations } from "./engagement-operations.ts";
import { List, listOperations } from "./list-operations.ts";

export const mailerdashDocument: DialectDocument = {
  slug: "mailerdash",
  title: "Roster: MailerDash's API",
  description:
    "Contacts by their email and lists of them, at the paths of MailerDash's bulk API. A client needs another base URL and key, nothing else.",
  prefixes: [""],
  dialect: mailerdash,
  error: ErrorAnswer,
  named: { Contact, List },
  tenantParameters: {
    TenantId,
    KeyId: {
      name: "key_id",
      in: "query",
      description: "The slug of another tenant of the key's account. For keys with the scope `admin`.",
      schema: { type: "string" },
    },
  },
  operations: [...contactOperations, ...bulkOperations, ...engagementOperations, ...listOperations],
};
