import { rmSync } from "node:fs";
import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import { ImportPolicy } from "@roster/domain/imports/import-policy.ts";
import { hasEnded } from "@roster/domain/jobs/job.ts";
import { createTestDatabase, makeTestDir } from "@roster/store/testing.ts";
import { authenticate } from "../src/accounts/authentication.ts";
import { createKey } from "../src/accounts/keys.ts";
import { type Deps, openDeps } from "../src/deps.ts";
import { type SourceHints, startImport } from "../src/imports/imports.ts";
import { receiveUpload } from "../src/imports/uploads.ts";
import { defaultJobSettings, type JobSettings } from "../src/jobs/job-control.ts";
import { runJob } from "../src/jobs/job-run.ts";
import { getJob, type JobFailure, type JobView, listJobFailures } from "../src/jobs/jobs.ts";

export type ImportChoices = {
  policy?: Partial<ImportPolicy>;
  hints?: SourceHints;
  settings?: Partial<JobSettings>;
};

/** Where a database and its data directory are. */
export type Place = { databaseUrl: string; dataDir: string };

/** A database of its own with what a test of imports needs. */
export type ImportWorld = Place & {
  deps: Deps;
  scope: TenantScope;
  /** Another tenant of the same account. */
  otherTenant(slug: string): Promise<TenantScope>;
  /** Uploads a file and queues its import. @returns the job's id */
  start(file: string | Uint8Array, choices?: ImportChoices, scope?: TenantScope): Promise<string>;
  /** Works on a job, slice by slice, until it has ended. */
  work(jobId: string, settings?: Partial<JobSettings>, scope?: TenantScope): Promise<JobView>;
  /** Both. */
  import(file: string | Uint8Array, choices?: ImportChoices, scope?: TenantScope): Promise<JobView>;
  failures(jobId: string): Promise<JobFailure[]>;
  /** The table of contacts as it counts: without ids and times, by email. */
  contacts(scope?: TenantScope): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
};

export async function openImportWorld(): Promise<ImportWorld> {
  const database = await createTestDatabase();
  const place = { databaseUrl: database.url, dataDir: makeTestDir() };
  return importWorldAt(place, async () => {
    await database.drop();
    rmSync(place.dataDir, { recursive: true, force: true });
  });
}

/** The same on a database that is there. @param drop removes it when the world is closed */
export async function importWorldAt(place: Place, drop: () => Promise<void>): Promise<ImportWorld> {
  const deps = await openDeps({ ...place, poolSize: 6, name: "import test" });
  const scopeOf = async (slug: string) => {
    const { key } = await createKey(deps, { tenant: slug, prefix: "sk", scopes: ["admin"] });
    return authenticate(deps, key);
  };
  const home = await scopeOf("default");

  const world: ImportWorld = {
    ...place,
    deps,
    scope: home,
    otherTenant: scopeOf,
    async start(file, { policy = {}, hints = {} } = {}, scope = home) {
      const bytes = typeof file === "string" ? Buffer.from(file) : file;
      const body = (async function* () {
        yield bytes;
      })();
      const { uploadId } = await receiveUpload(deps, scope, body, {
        name: "test",
        contentType: null,
        limitBytes: null,
      });
      const started = await startImport(deps, scope, {
        uploadId,
        name: null,
        hints,
        policy: ImportPolicy.parse(policy),
      });
      return started.jobId;
    },
    async work(jobId, settings = {}, scope = home) {
      const never = new AbortController().signal;
      for (;;) {
        await runJob(deps, { tenantId: scope.tenantId, jobId }, never, {
          ...defaultJobSettings,
          ...settings,
        });
        const job = await getJob(deps, scope, jobId);
        if (hasEnded(job.state)) return job;
      }
    },
    async import(file, choices = {}, scope = home) {
      return world.work(await world.start(file, choices, scope), choices.settings, scope);
    },
    async failures(jobId) {
      const { failures } = await listJobFailures(deps, home, jobId, { limit: 100_000 });
      return failures;
    },
    async contacts(scope = home) {
      return deps.sql`
        select email, external_id, name, first_name, last_name, phone, locale, tags, attributes, status, consent, source,
          version
        from contacts where tenant_id = ${scope.tenantId} order by email`;
    },
    async close() {
      await deps.close();
      await drop();
    },
  };
  return world;
}
