import type { StoredContact } from "@roster/domain/contacts/contact.ts";
import { type FoundClass, type HealthReason, reasonClass } from "@roster/domain/health/list-health.ts";
import { storedContactColumns } from "../contacts/contact-row.ts";
import type { Db, Tx } from "../open.ts";
import { BinaryRows, uuidField } from "../sql/binary-rows.ts";
import { copyIn } from "../sql/copy-in.ts";

/** What a run found of one contact. */
export type HealthFinding = {
  contactId: string;
  class: FoundClass;
  reasons: readonly HealthReason[];
  /** The domain that was probably meant. */
  suggestion: string | null;
};

/** Writes down what a batch found; each contact once in a run. */
export async function insertFindings(
  tx: Tx,
  tenantId: string,
  runId: string,
  findings: readonly HealthFinding[],
): Promise<void> {
  if (findings.length === 0) return;
  const copy = tx`
    copy health_findings (tenant_id, run_id, class, contact_id, reasons, suggestion) from stdin (format binary)`;
  await copyIn(copy, binaryFindings(tenantId, runId, findings));
}

function* binaryFindings(
  tenantId: string,
  runId: string,
  findings: readonly HealthFinding[],
): Generator<Buffer> {
  const rows = new BinaryRows(6);
  const tenant = uuidField(tenantId);
  const run = uuidField(runId);
  for (const finding of findings) {
    rows.begin();
    rows.field(tenant);
    rows.field(run);
    rows.text(finding.class);
    rows.uuid(finding.contactId);
    rows.textArray(finding.reasons);
    rows.text(finding.suggestion);
    const chunk = rows.chunk();
    if (chunk !== null) yield chunk;
  }
  yield rows.end();
}

/** Which of a run's findings: those of a class, with a reason, or all. */
export type FindingFilter = { class?: FoundClass | undefined; reason?: HealthReason | undefined };

/** A finding with the contact as it is now. */
export type FoundContact = Omit<HealthFinding, "contactId"> & {
  contact: StoredContact;
  lastOpenedAt: Date | null;
};

/** Where a page of findings goes on. */
export type FindingPlace = { class: FoundClass; contactId: string };

/**
 * A page of what a run found, by class and contact, without contacts that are gone; one more than `limit` where there are
 * more.
 */
export async function findingPage(
  sql: Db,
  tenantId: string,
  runId: string,
  { limit, behind, ...filter }: FindingFilter & { limit: number; behind?: FindingPlace | undefined },
): Promise<FoundContact[]> {
  type Row = StoredContact & Omit<FoundContact, "contact">;
  const rows = await sql<Row[]>`
    select ${storedContactColumns(sql)}, f.class, f.reasons, f.suggestion, e.last_opened_at
    from health_findings f
    join contacts c on c.tenant_id = ${tenantId} and c.id = f.contact_id
    left join engagement e on e.tenant_id = ${tenantId} and e.contact_id = f.contact_id
    where ${findingWhere(sql, tenantId, runId, filter)}
      ${behind === undefined ? sql`` : sql`and (f.class, f.contact_id) > (${behind.class}::health_class, ${behind.contactId})`}
    order by f.class, f.contact_id limit ${limit + 1}`;
  return rows.map(({ class: found, reasons, suggestion, lastOpenedAt, ...contact }) => {
    return { class: found, reasons, suggestion, lastOpenedAt, contact };
  });
}

/** A reason stands in its own class and in stricter ones, which come before it: the others need not be read. */
function findingWhere(sql: Db, tenantId: string, runId: string, { class: found, reason }: FindingFilter) {
  return sql`
    f.tenant_id = ${tenantId} and f.run_id = ${runId}
    ${found === undefined ? sql`` : sql`and f.class = ${found}::health_class`}
    ${reason === undefined ? sql`` : sql`and f.class <= ${reasonClass[reason]}::health_class and ${reason} = any(f.reasons)`}`;
}

/** Makes the contacts that a run found the list of a bulk job. @returns how many */
export async function listFoundContacts(
  tx: Tx,
  tenantId: string,
  runId: string,
  filter: FindingFilter,
  jobId: string,
): Promise<number> {
  const listed = await tx`
    insert into job_contacts (tenant_id, job_id, n, contact_id, repeat)
    select ${tenantId}, ${jobId}, row_number() over (order by f.contact_id), f.contact_id, false
    from health_findings f
    where ${findingWhere(tx, tenantId, runId, filter)}
      and exists (select from contacts c where c.tenant_id = ${tenantId} and c.id = f.contact_id)`;
  return listed.count;
}

/** Removes what was found of contacts that are deleted, in whatever run. */
export async function dropFindings(tx: Tx, tenantId: string, contactIds: readonly string[]): Promise<void> {
  const runs = await tx<{ id: string }[]>`
    select id from health_runs where tenant_id = ${tenantId} and findings_kept`;
  // One by one and by the whole key: a join over all of them may read every finding of the tenant for some contacts.
  for (const { id } of runs) {
    await tx`
      delete from health_findings
      where tenant_id = ${tenantId} and run_id = ${id} and class = any(enum_range(null::health_class))
        and contact_id = any(${contactIds as string[]}::uuid[])`;
  }
}

/** Removes what a run found of contacts that were deleted while it wrote. */
export async function dropOrphanFindings(tx: Tx, tenantId: string, runId: string): Promise<void> {
  await tx`
    delete from health_findings f where f.tenant_id = ${tenantId} and f.run_id = ${runId}
      and not exists (select from contacts c where c.tenant_id = ${tenantId} and c.id = f.contact_id)`;
}
