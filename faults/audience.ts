import type { Sql } from "@roster/store/open.ts";
import type { Tenant } from "./installation.ts";
import type { Stage } from "./scenario.ts";

/** A tenant with so many contacts of all kinds, nearly all of whom have had mails. */
export type Audience = Tenant & { people: number };

/**
 * Makes it by statements: what files and events come to is tested elsewhere, and so many take minutes. In it are mailboxes and
 * numbers that several share, mistyped domains, people who never opened and people who click. Their days are counted from the
 * middle of one, so that two runs minutes apart find the same.
 */
export async function makeAudience(
  { installation, seed }: Pick<Stage, "installation" | "seed">,
  people: number,
): Promise<Audience> {
  const tenant = await installation.newTenant();
  const { sql } = installation.deps;
  const { tenantId } = tenant;
  await sql.begin(async (tx) => {
    await tx`
      create temporary table audience on commit drop as
      select gen_random_uuid() as id, n, abs(hashtextextended(n::text, ${seed})) as chance,
        date_trunc('day', now()) - interval '12 hours' as noon
      from generate_series(1, ${people}) n`;
    await tx`
      insert into contacts (tenant_id, id, email, phone, status, tags)
      select ${tenantId}, id, case chance % 20
          when 0 then 'b' || n / 40 || '+' || n || '@gmail.com'
          when 1 then 'q' || n || '@gmial.com'
          when 2 then 'info@d' || n || '.example'
          else 'p' || n || '@example.com' end,
        case when chance % 30 = 3 then '+49 30 ' || 1000000 + n / 60 end,
        (case chance % 50 when 4 then 'bounced' when 5 then 'unsubscribed' else 'active' end)::contact_status, array['all']
      from audience`;
    await tx`
      insert into contact_counts (tenant_id, status, slot, n)
      select tenant_id, status, 0, count(*) from contacts where tenant_id = ${tenantId} group by tenant_id, status`;
    await tx`
      insert into engagement (tenant_id, contact_id, sent, delivered, opened, clicked, soft_bounces, first_sent_at,
        last_sent_at, last_opened_at, last_clicked_at, activity, activity_at)
      select ${tenantId}, id, 12, 11, opens, clicks, case when chance % 90 = 7 then 2 else 0 end,
        noon - interval '200 days', noon, case when opens > 0 then seen end, case when clicks > 0 then seen end,
        opens + clicks, case when opens > 0 then seen end
      from audience, lateral (select chance % 9 as opens, greatest(chance % 9 - 5, 0) as clicks,
        noon - chance % 150 * interval '1 day' as seen) e
      where chance % 40 <> 6`;
    await tx`
      insert into campaign_sends (tenant_id, contact_id, campaign_id, sent, clicked, first_at, sent_at, clicked_at)
      select tenant_id, contact_id, 'spring', 1, clicked, first_sent_at, first_sent_at, last_clicked_at
      from engagement where tenant_id = ${tenantId} and clicked > 0`;
  });
  await sql`analyze contacts, engagement, campaign_sends`;
  return { ...tenant, people };
}

/** Some days pass for a tenant's contacts: what they did lies further back. */
export async function letDaysPass(sql: Sql, tenantId: string, days: number): Promise<void> {
  const by = sql`${days} * interval '1 day'`;
  await sql`
    update engagement set last_opened_at = last_opened_at - ${by}, last_clicked_at = last_clicked_at - ${by},
      activity_at = activity_at - ${by}
    where tenant_id = ${tenantId}`;
}
