import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { HealthEngagement } from "@roster/domain/health/list-health.ts";
import { startHealthRun } from "../src/health/list-health.ts";
import type { JobSettings } from "../src/jobs/job-control.ts";
import type { JobView } from "../src/jobs/jobs.ts";
import { type ImportWorld, openImportWorld } from "./import-world.ts";

export type HealthWorld = ImportWorld & {
  /** A tenant of its own with the contacts of a file. */
  tenant(file: string): Promise<TenantScope>;
  /** Says what a contact's events came to. */
  engage(scope: TenantScope, email: string, engagement: Partial<HealthEngagement>): Promise<void>;
  /** Starts a run and works on it until it has ended. */
  check(scope: TenantScope, settings?: Partial<JobSettings>): Promise<JobView>;
  /** What a run wrote down, by email: the class, the reasons and the suggestion. */
  found(scope: TenantScope, runId: string): Promise<Record<string, string>>;
};

export async function openHealthWorld(): Promise<HealthWorld> {
  const world = await openImportWorld();
  const { sql } = world.deps;
  let tenants = 0;
  return {
    ...world,
    async tenant(file) {
      const scope = await world.otherTenant(`health-${++tenants}`);
      await world.import(file, {}, scope);
      return scope;
    },
    async engage({ tenantId }, email, engagement) {
      const { sent = 0, delivered = 0, opened = 0, clicked = 0, softBounces = 0 } = engagement;
      const time = (ms: number | null | undefined) => (ms == null ? null : new Date(ms));
      await sql`
        insert into engagement (tenant_id, contact_id, sent, delivered, opened, clicked, soft_bounces, first_sent_at,
          last_opened_at, last_clicked_at)
        select tenant_id, id, ${sent}, ${delivered}, ${opened}, ${clicked}, ${softBounces},
          ${time(engagement.firstSentAt)}, ${time(engagement.lastOpenedAt)}, ${time(engagement.lastClickedAt)}
        from contacts where tenant_id = ${tenantId} and email = ${email}`;
    },
    async check(scope, settings = {}) {
      const { jobId } = await startHealthRun(world.deps, scope);
      return world.work(jobId, settings, scope);
    },
    async found({ tenantId }, runId) {
      const rows = await sql<
        { email: string; class: string; reasons: string[]; suggestion: string | null }[]
      >`
        select c.email, f.class, f.reasons, f.suggestion from health_findings f
        join contacts c on c.tenant_id = f.tenant_id and c.id = f.contact_id
        where f.tenant_id = ${tenantId} and f.run_id = ${runId} order by c.email`;
      return Object.fromEntries(
        rows.map(({ email, class: found, reasons, suggestion }) => {
          return [email, [found, ...reasons, ...(suggestion === null ? [] : [suggestion])].join(" ")];
        }),
      );
    },
  };
}
