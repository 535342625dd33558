import {
  countVerdict,
  HealthCounts,
  healthScore,
  noHealthCounts,
} from "@roster/domain/health/health-count.ts";
import { assessContact, HealthRules, type TakesMail } from "@roster/domain/health/list-health.ts";
import { emptyReport } from "@roster/domain/imports/import-report.ts";
import type { JobState } from "@roster/domain/jobs/job.ts";
import {
  dropOrphanFindings,
  type HealthFinding,
  insertFindings,
} from "@roster/store/health/health-findings.ts";
import { beginHealthRun, finishHealthRun, type HealthRun } from "@roster/store/health/health-runs.ts";
import { type HealthSubject, healthSubjects } from "@roster/store/health/health-subjects.ts";
import { addProgress, type Job, jobById, type Lease } from "@roster/store/jobs/jobs.ts";
import type { Tx } from "@roster/store/open.ts";
import { z } from "zod";
import { settingsOf } from "../accounts/tenant-settings.ts";
import type { Deps } from "../deps.ts";
import type { JobControl } from "../jobs/job-control.ts";
import { contactsPerRow, SoleRunOptions } from "../jobs/sole-run.ts";
import { HealthDomains } from "./health-domains.ts";
import { roleLocalParts } from "./health-lists.ts";
import type { MailDomains } from "./mail-domains.ts";

/** Where a run is: behind which contact, and what it has counted up to there. */
const HealthPlace = z.object({ afterId: z.uuid().nullable(), counts: HealthCounts });
type HealthPlace = z.infer<typeof HealthPlace>;

/** Where domains are asked for, at most so many at a time: a batch of which none has an answer yet must end in time. */
const askingContacts = 250;

type Page = Awaited<ReturnType<typeof healthSubjects>>;

/** One slice of a health run. @returns `done` behind the last contact */
export async function runHealthCheck(
  deps: Deps,
  job: Job,
  lease: Lease,
  control: JobControl,
): Promise<"done" | "stopped"> {
  const { upToId } = SoleRunOptions.parse(job.options);
  const rules = HealthRules.parse(await settingsOf(deps.sql, job.tenantId));
  const begun = { id: job.id, startedAt: deps.now(), rules, dns: control.mailDomains !== null };
  const run = await beginHealthRun(deps.sql, job.tenantId, begun);
  const mailDomains = run.dns ? control.mailDomains : null;
  if (upToId === null) return "done";

  const most = mailDomains === null ? Number.POSITIVE_INFINITY : askingContacts;
  const limit = Math.min(contactsPerRow * control.batchSize.rows, most);
  const read = (afterId: string | null) => healthSubjects(deps.sql, job.tenantId, { afterId, upToId, limit });
  const domains = new HealthDomains();
  let place: HealthPlace =
    job.checkpoint === null ? { afterId: null, counts: noHealthCounts() } : HealthPlace.parse(job.checkpoint);
  let ahead = read(place.afterId);
  for (;;) {
    const page = await ahead;
    if (page.lastId === null) return "done";
    // The next contacts are read while these are looked at and written down.
    ahead = read(page.lastId);
    ahead.catch(() => {});
    const takesMail = await askedDomains(mailDomains, page, domains, control);
    if (takesMail === null) return "stopped";
    place = await writeBatch(deps, lease, run, place, page, domains, takesMail, control);
    if (await control.shouldStop()) return "stopped";
  }
}

/** Ends the run with its job, in the same transaction; what a stopped run wrote is swept. */
export async function cleanUpHealthCheck(tx: Tx, job: Job, end: JobState): Promise<void> {
  if (end !== "completed") return;
  // The job as its last batch left it.
  const checkpoint = (await jobById(tx, job.tenantId, job.id))?.checkpoint ?? null;
  const counts = checkpoint === null ? noHealthCounts() : HealthPlace.parse(checkpoint).counts;
  await dropOrphanFindings(tx, job.tenantId, job.id);
  await finishHealthRun(tx, job.tenantId, job.id, { counts, score: healthScore(counts) });
}

/** Which of a page's domains take mail; none of them is asked where that is off. @returns null when it has to stop */
async function askedDomains(
  mailDomains: MailDomains | null,
  { subjects }: Page,
  domains: HealthDomains,
  control: JobControl,
): Promise<ReadonlyMap<string, TakesMail> | null> {
  if (mailDomains === null) return new Map();
  const asked = subjects.flatMap(({ email }) => domains.of(email)?.domain ?? []);
  return mailDomains.lookUp(asked, () => control.mustStop);
}

/** Writes one batch, all or nothing. @returns the place behind it */
async function writeBatch(
  deps: Deps,
  lease: Lease,
  run: HealthRun,
  place: HealthPlace,
  page: Page,
  domains: HealthDomains,
  takesMail: ReadonlyMap<string, TakesMail>,
  control: JobControl,
): Promise<HealthPlace> {
  const counts = structuredClone(place.counts);
  const findings = page.subjects.flatMap((subject) => assess(subject, run, domains, takesMail, counts));
  const reached: HealthPlace = { afterId: page.lastId, counts };
  const report = emptyReport();
  report.counters.unchanged = page.subjects.length;
  const { cancelRequested } = await deps.sql.begin(async (tx) => {
    const progress = { report, rows: page.subjects.length, bytesDone: 0, checkpoint: reached };
    // First, because a holder that was replaced would run into its successor's findings before it heard of it.
    const done = await addProgress(tx, lease, progress);
    await insertFindings(tx, lease.tenantId, run.id, findings);
    return done;
  });
  if (cancelRequested) control.cancel();
  return reached;
}

/** Looks at one contact, and counts it. @returns what is to be written down of it */
function assess(
  { id, email, status, engagement }: HealthSubject,
  run: HealthRun,
  domains: HealthDomains,
  takesMail: ReadonlyMap<string, TakesMail>,
  counts: HealthCounts,
): HealthFinding[] {
  const known = domains.of(email);
  const answer = known === null ? undefined : takesMail.get(known.domain);
  if (answer === "unknown") counts.unanswered++;
  const facts = known && { ...known.facts, takesMail: answer ?? ("unknown" as const) };
  const now = run.startedAt.getTime();
  const verdict = assessContact({ email, status }, engagement, facts, run.rules, roleLocalParts, now);
  countVerdict(counts, status, verdict);
  if (verdict.class === "healthy") return [];
  return [{ contactId: id, class: verdict.class, reasons: verdict.reasons, suggestion: verdict.suggestion }];
}
