import type { AppRouter } from "@roster/api/trpc/router.ts";
import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  httpSubscriptionLink,
  type Operation,
  splitLink,
  type TRPCClient,
} from "@trpc/client";
import { EventSource } from "eventsource";
import {
  type ChangeOptions,
  type ContactChange,
  changeContacts,
  type WhichContacts,
} from "./change-contacts.ts";
import { type ContactChangePage, contactChanges, type FollowOptions } from "./contact-changes.ts";
import { type ExportOptions, exportContacts } from "./export-contacts.ts";
import { exportFindings, type FindingsOptions } from "./health.ts";
import {
  type ImportFile,
  type ImportOptions,
  importFile,
  type PreviewOptions,
  previewFile,
} from "./import-file.ts";
import type { ImportPreview, Job, UndoPreview } from "./job.ts";
import { watchJob } from "./job-watch.ts";
import { type MailEvent, type RecordedEvents, recordEvents } from "./record-events.ts";
import { restStream } from "./rest-stream.ts";
import { serverAddress } from "./server-address.ts";

export type { AppRouter } from "@roster/api/trpc/router.ts";
export type { ChangeOptions, ContactChange, WhichContacts } from "./change-contacts.ts";
export type { ContactChangePage, FollowOptions } from "./contact-changes.ts";
export { isRosterError, type RosterError } from "./error.ts";
export type { ExportOptions } from "./export-contacts.ts";
export type { FindingsOptions, HealthFinding, HealthRun, HealthStats } from "./health.ts";
export type { ImportFile, ImportOptions, PreviewOptions } from "./import-file.ts";
export type { Contact, ImportPreview, Job, JobFailure, UndoPreview } from "./job.ts";
export type { MailEvent, RecordedEvents } from "./record-events.ts";

export type RosterClientOptions = {
  /** Where the server answers, such as `http://127.0.0.1:4400`; a path in it is kept. */
  url: string;
  /** An API key of the tenant. It is sent in a header and never becomes part of an address. */
  key: string;
  /** Replaces the runtime's own fetch, for a proxy or for tests. */
  fetch?: typeof fetch;
};

export type RosterClient = Pick<
  TRPCClient<AppRouter>,
  | "contacts"
  | "engagement"
  | "events"
  | "health"
  | "eventSources"
  | "erasures"
  | "imports"
  | "jobs"
  | "keys"
  | "lists"
  | "plan"
  | "scoring"
  | "segments"
  | "settings"
  | "suppressions"
  | "tenants"
  | "webhooks"
> & {
  /**
   * The bare tRPC client, for libraries that wrap one, such as TanStack Query's. A mutation with
   * `{ context: { idempotencyKey } }` is done once, however often it is sent within 24 h.
   */
  trpc: TRPCClient<AppRouter>;
  /**
   * Sends a file and starts its import. A stream goes through as it comes and is never held in memory.
   * @throws RosterError when the server refuses the key, the file or the options
   */
  importFile(file: ImportFile, options?: ImportOptions): Promise<{ jobId: string }>;
  /**
   * Starts a job that changes many contacts, by their ids or by a filter: subscribes, unsubscribes, deletes or updates them,
   * adds or removes tags. Everything but a deletion can be undone, except that an undo subscribes nobody.
   * @returns the job, to be watched
   * @throws RosterError when the server refuses the key, the contacts or the change
   */
  changeContacts(
    which: WhichContacts,
    change: ContactChange,
    options?: ChangeOptions,
  ): Promise<{ jobId: string }>;
  /**
   * Sends a file and tells how its beginning would be read: what each column becomes and why, the first rows, what is wrong.
   * The answer may be previewed again with other options, or imported, in place of the file.
   * @throws RosterError when the server refuses the key, the file or the options
   */
  previewFile(file: ImportFile, options?: PreviewOptions): Promise<ImportPreview>;
  /**
   * A job's present state at once, then every change, until the job has ended or `signal` is aborted. A connection that
   * breaks is made again by itself.
   * @throws RosterError when there is no such job or the key may not see it
   */
  watchJob(jobId: string, options?: { signal?: AbortSignal }): AsyncGenerator<Job, void>;
  /** Asks a job to stop; what it has written stays. @throws RosterError when it has ended, or cannot be reached */
  cancelJob(jobId: string): Promise<Job>;
  /**
   * Goes on with a failed or cancelled job where it stopped, under the same id.
   * @param options.stopAfterFailures so many further failures stop it again; null: none do. Else as many as before.
   * @throws RosterError when it cannot go on, and why
   */
  retryJob(jobId: string, options?: { stopAfterFailures?: number | null }): Promise<Job>;
  /** What `undoJob` would do at this moment. @throws RosterError when the job cannot be undone */
  previewUndo(jobId: string): Promise<UndoPreview>;
  /**
   * Starts a job that takes another one back: what that created is deleted, what it changed goes back, but for contacts that
   * somebody changed since.
   * @returns the new job, to be watched
   * @throws RosterError when the job cannot be undone
   */
  undoJob(jobId: string): Promise<{ jobId: string }>;
  /**
   * Every failed row of an import as a CSV: its original cells and the reason, ready to be mended and imported again
   * as it is; of another job, the contacts that it left.
   * @throws RosterError when there is no such job or the key may not see it
   */
  failedRowsCsv(jobId: string, options?: { signal?: AbortSignal }): Promise<ReadableStream<Uint8Array>>;
  /**
   * All contacts, or those that are selected, as a CSV or NDJSON of any length, which imports again to the same contacts.
   * @throws RosterError when the server refuses the key or the selection
   */
  exportContacts(options?: ExportOptions): Promise<ReadableStream<Uint8Array>>;
  /**
   * Whom a health run found, the last one unless another is named, as a CSV of any length.
   * @throws RosterError when the server refuses the key or the run
   */
  exportFindings(options?: FindingsOptions): Promise<ReadableStream<Uint8Array>>;
  /**
   * Says what happened to mails, however many: a thousand go in each request. An event with an id counts once, however often it is
   * sent; where no answer comes a request is sent a second time, and counts once too.
   * @throws RosterError when the server refuses the key or the shape of an event, or cannot be reached
   */
  recordEvents(events: readonly MailEvent[], options?: { signal?: AbortSignal }): Promise<RecordedEvents>;
  /**
   * What became of the contacts since a cursor, page by page, for whoever keeps a copy: apply each page, and keep its cursor in
   * the same transaction. Where a page's `reset` is true, empty the copy first.
   * @throws RosterError when the server refuses the key or the cursor, or cannot be reached
   */
  contactChanges(options?: FollowOptions): AsyncGenerator<ContactChangePage, void>;
};

/** A typed client for one tenant of a Roster server. Nothing is sent before the first call. */
export function createRosterClient({
  url,
  key,
  fetch = globalThis.fetch,
}: RosterClientOptions): RosterClient {
  const server = serverAddress(url);
  const api = `${server}/trpc`;
  const headers = { authorization: `Bearer ${key}` };
  // The two types differ only in how they say that there is no signal.
  const send = (address: Parameters<typeof fetch>[0], init?: object) => fetch(address, init as RequestInit);
  const trpc = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === "subscription",
        // The browser's own EventSource cannot send a header, so that the key would have to be part of the address.
        true: httpSubscriptionLink({
          url: api,
          EventSource,
          eventSourceOptions: {
            fetch: (address, init) => fetch(address, { ...init, headers: { ...init.headers, ...headers } }),
          },
        }),
        // A key stands for one call, which therefore goes alone.
        false: splitLink({
          condition: (operation) => keyOf(operation) !== null,
          true: httpLink({
            url: api,
            headers: ({ op }) => ({ ...headers, "idempotency-key": keyOf(op) ?? undefined }),
            fetch: send,
          }),
          false: httpBatchLink({
            url: api,
            headers,
            fetch: send,
            // Many proxies refuse addresses above 8 kB, and a batch of reads is one address.
            maxURLLength: 7000,
          }),
        }),
      }),
    ],
  });
  return {
    trpc,
    contacts: trpc.contacts,
    engagement: trpc.engagement,
    events: trpc.events,
    health: trpc.health,
    eventSources: trpc.eventSources,
    erasures: trpc.erasures,
    imports: trpc.imports,
    jobs: trpc.jobs,
    keys: trpc.keys,
    lists: trpc.lists,
    plan: trpc.plan,
    scoring: trpc.scoring,
    segments: trpc.segments,
    settings: trpc.settings,
    suppressions: trpc.suppressions,
    tenants: trpc.tenants,
    webhooks: trpc.webhooks,
    importFile: (file, options) => importFile({ api, headers, fetch, trpc }, file, options),
    changeContacts: (which, change, options) =>
      changeContacts({ api, headers, fetch, trpc }, which, change, options),
    previewFile: (file, options) => previewFile({ api, headers, fetch, trpc }, file, options),
    cancelJob: (id) => trpc.jobs.cancel.mutate({ id }),
    retryJob: (id, options) => trpc.jobs.retry.mutate({ id, ...options }),
    previewUndo: (id) => trpc.jobs.previewUndo.query({ id }),
    undoJob: (id) => trpc.jobs.undo.mutate({ id }),
    watchJob: (jobId, options) => watchJob(trpc, jobId, options?.signal),
    failedRowsCsv: (jobId, options) =>
      restStream(
        { server, headers, fetch },
        `/v1/jobs/${encodeURIComponent(jobId)}/errors.csv`,
        options?.signal,
      ),
    recordEvents: (events, options) => recordEvents(trpc, events, options?.signal),
    contactChanges: (options) => contactChanges(trpc, options),
    exportContacts: (options) => exportContacts({ server, headers, fetch }, options),
    exportFindings: (options) => exportFindings({ server, headers, fetch }, options),
  };
}

function keyOf({ context }: Pick<Operation, "context">): string | null {
  return typeof context.idempotencyKey === "string" ? context.idempotencyKey : null;
}
