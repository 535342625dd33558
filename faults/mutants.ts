/** One line of the product without which it is broken, and the test that says so. */
export type Mutant = {
  name: string;
  what: string;
  file: string;
  /** What is cut out, wherever it stands. */
  cut: string | RegExp;
  test: string;
};

export const mutants: readonly Mutant[] = [
  {
    name: "ledger",
    what: "a batch is written without its entry in the ledger",
    file: "packages/usecases/src/import-run.ts",
    cut: /await insertBatch\([^;]*;/,
    test: "packages/usecases/test/import-interruption.test.ts",
  },
  {
    name: "ledger-guard",
    what: "a batch that is in the ledger is written once more",
    file: "packages/store/src/import-batches.ts",
    cut: "if (entered.count === 0) throw new Fenced();",
    test: "packages/store/test/job-fence.test.ts",
  },
  {
    name: "fence",
    what: "writes of a former holder are taken: no statement asks for the epoch",
    file: "packages/store/src/jobs.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what stands in the file
    cut: "and epoch = ${lease.epoch}",
    test: "packages/store/test/job-fence.test.ts",
  },
  {
    name: "tenant",
    what: "an import looks for its contacts in every tenant",
    file: "packages/store/src/contact-read.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what stands in the file
    cut: "c.tenant_id = ${tenantId} and",
    test: "packages/usecases/test/import-tenants.test.ts",
  },
  {
    name: "tenant-marks",
    what: "an import looks for rows that it need not play through in every tenant",
    file: "packages/store/src/contact-marks.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what stands in the file
    cut: "c.tenant_id = ${tenantId} and",
    test: "packages/usecases/test/import-tenants.test.ts",
  },
];
