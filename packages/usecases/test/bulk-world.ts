import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { BulkChange } from "@roster/domain/jobs/bulk-change.ts";
import { startBulkChange } from "../src/bulk/bulk.ts";
import type { BulkSubjects } from "../src/bulk/bulk-subjects.ts";
import { listContacts } from "../src/contacts/contact-list.ts";
import type { JobSettings } from "../src/jobs/job-control.ts";
import { type JobFailure, type JobView, listJobFailures } from "../src/jobs/jobs.ts";
import { openImportWorld } from "./import-world.ts";

/** Somebody of every status, named by the first part of the email. */
export const people = `email,status,firstName,tags
ann@x.co,active,Ann,vip
bob@x.co,unsubscribed,Bob,vip;old
cem@x.co,bounced,Cem,
dia@y.co,complained,Dia,old
eve@y.co,active,Eve,
`;

export const all: BulkSubjects = { filter: {} };
/** So that five people are three batches. */
export const small = { batchSize: { rows: 2, bytes: 1e6 } };

const nameOf = (email: unknown) => String(email).split("@")[0]!;

/** A database of its own with what tests of bulk changes need; each tenant is new. */
export async function openBulkWorld() {
  const world = await openImportWorld();
  const { deps } = world;
  let tenants = 0;
  return {
    ...world,
    /** A new tenant with the contacts of a file. */
    async tenant(file = people): Promise<TenantScope> {
      const scope = await world.otherTenant(`bulk-${++tenants}`);
      await world.import(file, {}, scope);
      return scope;
    },
    async start(scope: TenantScope, subjects: BulkSubjects, change: BulkChange): Promise<string> {
      return (await startBulkChange(deps, scope, { subjects, change, name: null })).jobId;
    },
    /** Starts a job and works on it until it has ended. */
    async change(
      scope: TenantScope,
      subjects: BulkSubjects,
      change: BulkChange,
      settings: Partial<JobSettings> = {},
    ): Promise<JobView> {
      const { jobId } = await startBulkChange(deps, scope, { subjects, change, name: null });
      return world.work(jobId, settings, scope);
    },
    /** The contacts' ids by name. */
    async ids(scope: TenantScope): Promise<Map<string, string>> {
      const { contacts } = await listContacts(deps, scope, { limit: 100 });
      return new Map(contacts.map(({ email, id }) => [nameOf(email), id]));
    },
    /** One field of every contact, by name. */
    async column(scope: TenantScope, field: "status" | "tags" | "version"): Promise<Record<string, unknown>> {
      const rows = await world.contacts(scope);
      return Object.fromEntries(rows.map((row) => [nameOf(row.email), row[field]]));
    },
    async failed(scope: TenantScope, jobId: string): Promise<JobFailure[]> {
      return (await listJobFailures(deps, scope, jobId, { limit: 1000 })).failures;
    },
    /** The totals by status that are kept, and those that are counted. */
    async totals(scope: TenantScope) {
      const kept = await deps.sql`
        select status, sum(n)::int8 as n from contact_counts where tenant_id = ${scope.tenantId}
        group by status having sum(n) <> 0 order by status`;
      const counted = await deps.sql`
        select status, count(*) as n from contacts where tenant_id = ${scope.tenantId}
        group by status order by status`;
      return { kept: [...kept], counted: [...counted] };
    },
  };
}
export type BulkWorld = Awaited<ReturnType<typeof openBulkWorld>>;
