/** One line of the product without which it is broken, and the test that says so. */
export type Mutant = {
  name: string;
  what: string;
  file: string;
  /** What is cut out, wherever it stands. */
  cut: string | RegExp;
  /** What stands there instead; nothing, where it is left out. */
  put?: string;
  test: string;
  /** The one scenario of the test that is played. */
  scenario?: string;
};

const audience = "faults/audience.test.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "ledger",
    what: "a batch is written without its entry in the ledger",
    file: "packages/usecases/src/imports/import-run.ts",
    cut: /await insertBatch\([^;]*;/,
    test: "packages/usecases/test/import-interruption.test.ts",
  },
  {
    name: "ledger-guard",
    what: "a batch that is in the ledger is written once more",
    file: "packages/store/src/imports/import-batches.ts",
    cut: "if (entered.count === 0) throw new Fenced();",
    test: "packages/store/test/job-fence.test.ts",
  },
  {
    name: "fence",
    what: "writes of a former holder are taken: no statement asks for the epoch",
    file: "packages/store/src/jobs/jobs.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what stands in the file
    cut: "and epoch = ${lease.epoch}",
    test: "packages/store/test/job-fence.test.ts",
  },
  {
    name: "tenant",
    what: "an import looks for its contacts in every tenant",
    file: "packages/store/src/contacts/contact-read.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what stands in the file
    cut: "c.tenant_id = ${tenantId} and",
    test: "packages/usecases/test/import-tenants.test.ts",
  },
  {
    name: "tenant-marks",
    what: "an import looks for rows that it need not play through in every tenant",
    file: "packages/store/src/contacts/contact-marks.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what stands in the file
    cut: "c.tenant_id = ${tenantId} and",
    test: "packages/usecases/test/import-tenants.test.ts",
  },
  {
    name: "event-ids",
    what: "an event is counted whether or not its id was counted before",
    file: "packages/usecases/src/events/event-batch.ts",
    cut: ".filter(({ id }) => !counted.has(id))",
    test: audience,
    scenario: "events-told",
  },
  {
    name: "score-due",
    what: "an event does not note that its contact's score is to be computed",
    file: "packages/store/src/events/engagement-write.ts",
    cut: "score_due = excluded.score_due,",
    test: audience,
    scenario: "events-told",
  },
  {
    name: "stale-score",
    what: "a score is written on other sums than those that it was computed from",
    file: "packages/store/src/scores/scores.ts",
    cut: "and e.version = u.version",
    test: "packages/usecases/test/scores.test.ts",
  },
  {
    name: "findings-apart",
    what: "what a health run finds is written a moment after the batch that says so",
    file: "packages/usecases/src/health/health-run.ts",
    cut: "await insertFindings(tx, lease.tenantId, run.id, findings);",
    put: "setTimeout(() => deps.sql.begin((later) => insertFindings(later, lease.tenantId, run.id, findings)), 100);",
    test: audience,
    scenario: "searches-killed",
  },
  {
    name: "endpoint-moves-on",
    what: "an endpoint's place in the feed moves on whether or not a request was taken",
    file: "packages/usecases/src/webhooks/webhook-run.ts",
    cut: "if (error === null) {",
    put: 'if (delivery.kind !== "test") {',
    test: audience,
    scenario: "followers",
  },
  {
    name: "feed-horizon",
    what: "the feed is read past transactions that still run",
    file: "packages/store/src/contacts/contact-feed.ts",
    cut: "pg_snapshot_xmin",
    put: "pg_snapshot_xmax",
    test: audience,
    scenario: "followers",
  },
  {
    name: "erased-early",
    what: "an erasure forgets the address before the copies are gone",
    file: "packages/usecases/src/history/erasure-run.ts",
    cut: "const files = await run.searchFiles();",
    put: "await run.finish();\n  const files = await run.searchFiles();",
    test: audience,
    scenario: "erasures-killed",
  },
];
