import { type DialectDocument, TenantId } from "../../docs/operation.ts";
import { ErrorAnswer } from "./answers.ts";
import { bulkOperations } from "./bulk-operations.ts";
import { changeOperations } from "./change-operations.ts";
import { ContactAnswer } from "./contact-answers.ts";
import { contactDataOperations } from "./contact-data-operations.ts";
import { contactFileOperations } from "./contact-file-operations.ts";
import { contactOperations } from "./contact-operations.ts";
import { coverageOperations } from "./coverage-operations.ts";
import { house } from "./dialect.ts";
import { duplicateOperations } from "./duplicate-operations.ts";
import { erasureOperations } from "./erasure-operations.ts";
import { eventImportOperations } from "./event-import-operations.ts";
import { eventOperations } from "./event-operations.ts";
import { eventSourceOperations } from "./event-source-operations.ts";
import { healthOperations } from "./health-operations.ts";
import { importOperations } from "./import-operations.ts";
import { Job } from "./job-answers.ts";
import { jobOperations } from "./job-operations.ts";
import { ListAnswer } from "./list-answers.ts";
import { listContactOperations } from "./list-contact-operations.ts";
import { listOperations } from "./list-operations.ts";
import { lookupOperations } from "./lookup-operations.ts";
import { mergeOperations } from "./merge-operations.ts";
import { scoringOperations } from "./scoring-operations.ts";
import { segmentOperations } from "./segment-operations.ts";
import { settingsOperations } from "./settings-operations.ts";
import { suppressionOperations } from "./suppression-operations.ts";
import { timelineOperations } from "./timeline-operations.ts";
import { WebhookAnswer } from "./webhook-answers.ts";
import { webhookOperations } from "./webhook-operations.ts";

export const houseDocument: DialectDocument = {
  slug: "house",
  title: "Roster's own API",
  description:
    "Everything that Roster can do, in one form: the API for new integrations. Fields and parameters that are not known are refused by name. With `/mail` in front of the paths answers also have what older clients read.",
  prefixes: ["", "/mail"],
  dialect: house,
  error: ErrorAnswer,
  named: { Contact: ContactAnswer, Job, List: ListAnswer, Webhook: WebhookAnswer },
  tenantParameters: { TenantId },
  operations: [
    ...contactOperations,
    ...bulkOperations,
    ...contactFileOperations,
    ...lookupOperations,
    ...coverageOperations,
    ...changeOperations,
    ...healthOperations,
    ...scoringOperations,
    ...duplicateOperations,
    ...mergeOperations,
    ...eventSourceOperations,
    ...importOperations,
    ...jobOperations,
    ...eventOperations,
    ...eventImportOperations,
    ...settingsOperations,
    ...segmentOperations,
    ...suppressionOperations,
    ...timelineOperations,
    ...listOperations,
    ...listContactOperations,
    ...erasureOperations,
    ...contactDataOperations,
    ...webhookOperations,
  ],
};
