import { type DialectDocument, TenantId } from "../../docs/operation.ts";
import { ErrorAnswer } from "./answers.ts";
import { bulkOperations } from "./bulk/bulk-operations.ts";
import { changeOperations } from "./contacts/change-operations.ts";
import { ContactAnswer } from "./contacts/contact-answers.ts";
import { contactOperations } from "./contacts/contact-operations.ts";
import { coverageOperations } from "./contacts/coverage-operations.ts";
import { lookupOperations } from "./contacts/lookup-operations.ts";
import { house } from "./dialect.ts";
import { duplicateOperations } from "./duplicates/duplicate-operations.ts";
import { mergeOperations } from "./duplicates/merge-operations.ts";
import { eventImportOperations } from "./events/event-import-operations.ts";
import { eventOperations } from "./events/event-operations.ts";
import { eventSourceOperations } from "./events/event-source-operations.ts";
import { healthOperations } from "./health/health-operations.ts";
import { contactDataOperations } from "./history/contact-data-operations.ts";
import { erasureOperations } from "./history/erasure-operations.ts";
import { timelineOperations } from "./history/timeline-operations.ts";
import { contactFileOperations } from "./imports/contact-file-operations.ts";
import { importOperations } from "./imports/import-operations.ts";
import { Job } from "./jobs/job-answers.ts";
import { jobOperations } from "./jobs/job-operations.ts";
import { ListAnswer } from "./lists/list-answers.ts";
import { listContactOperations } from "./lists/list-contact-operations.ts";
import { listOperations } from "./lists/list-operations.ts";
import { scoringOperations } from "./scores/scoring-operations.ts";
import { segmentOperations } from "./segments/segment-operations.ts";
import { settingsOperations } from "./settings-operations.ts";
import { suppressionOperations } from "./suppressions/suppression-operations.ts";
import { WebhookAnswer } from "./webhooks/webhook-answers.ts";
import { webhookOperations } from "./webhooks/webhook-operations.ts";

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
