import { rmSync } from "node:fs";
import { Writable } from "node:stream";
import type { KeyPrefix, Scope } from "@roster/domain/accounts/scope.ts";
import { createTestDatabase, makeTestDir } from "@roster/store/testing.ts";
import { changeAccountPlan } from "@roster/usecases/accounts/accounts.ts";
import { KeyRing } from "@roster/usecases/accounts/key-ring.ts";
import { createKey, type NewKey } from "@roster/usecases/accounts/keys.ts";
import { type Deps, openDeps } from "@roster/usecases/deps.ts";
import { defaultJobSettings } from "@roster/usecases/jobs/job-control.ts";
import { runJob } from "@roster/usecases/jobs/job-run.ts";
import { pino } from "pino";
import { buildApp } from "../src/app.ts";
import { loggerOptions } from "../src/request-log.ts";
import { type Patience, serve } from "../src/server.ts";

export type Reply = { status: number; headers: Headers; text: string; body: Json };
// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the tests find out
export type Json = any;

export type CallOptions = {
  key?: string | null;
  json?: unknown;
  body?: RequestInit["body"];
  headers?: Record<string, string>;
};

/** The API on a port of its own, before a database of its own. */
export type RunningApi = {
  url: string;
  deps: Deps;
  /** A key with all rights for the tenant `default`, which calls use unless they say otherwise. */
  owner: NewKey;
  /** Every log line so far, as it was written. */
  logLines: string[];
  newKey(options?: {
    account?: string;
    tenant?: string;
    prefix?: KeyPrefix;
    scopes?: Scope[];
  }): Promise<NewKey>;
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  /** Puts the account of `owner` under a plan, as it is two seconds after the operator did so. */
  setPlan(plan: string): Promise<void>;
  /** Does a job's work in this process, as the worker does, until it has ended. */
  work(jobId: string, tenantId?: string): Promise<void>;
  close(): Promise<void>;
};

/**
 * @param config settings that differ from their defaults
 * @param patience how long clients are waited for, where that is not to take minutes
 */
export async function startApi(
  config: Partial<Parameters<typeof buildApp>[1]> = {},
  patience?: Patience,
): Promise<RunningApi> {
  const database = await createTestDatabase();
  const dataDir = makeTestDir();
  const deps = await openDeps({ databaseUrl: database.url, dataDir, poolSize: 8, name: "api test" });
  const logLines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logLines.push(String(chunk));
      done();
    },
  });
  const stopping = new AbortController();
  const logger = pino(loggerOptions("info"), sink);
  const app = buildApp(
    deps,
    { TRUST_PROXY: false, CORS_ORIGINS: [], CONTACTS_BULK_MAX: 1000, ...config },
    { logger, stopping: stopping.signal },
  );
  const server = await serve(app, { host: "127.0.0.1", port: 0, logger, ...(patience && { patience }) });
  const url = `http://127.0.0.1:${server.port}`;
  const newKey: RunningApi["newKey"] = (options) =>
    createKey(deps, { tenant: "default", prefix: "sk", scopes: ["admin"], ...options });
  const owner = await newKey();

  return {
    url,
    deps,
    owner,
    logLines,
    newKey,
    async call(method, path, { key = owner.key, json, body, headers } = {}) {
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(key !== null && { Authorization: `Bearer ${key}` }),
          ...(json !== undefined && { "Content-Type": "application/json" }),
          ...headers,
        },
        ...(json !== undefined && { body: JSON.stringify(json) }),
        ...(body !== undefined && { body, duplex: "half" }),
      });
      const text = await response.text();
      const isJson = response.headers.get("content-type")?.includes("application/json") ?? false;
      return {
        status: response.status,
        headers: response.headers,
        text,
        // A HEAD has none, whatever its headers say.
        body: isJson && text !== "" ? JSON.parse(text) : null,
      };
    },
    async setPlan(plan) {
      await changeAccountPlan(deps, { plan });
      deps.keyRing = new KeyRing(deps.sql);
    },
    async work(jobId, tenantId = owner.tenantId) {
      const never = new AbortController().signal;
      for (;;) {
        await runJob(deps, { tenantId, jobId }, never, defaultJobSettings);
        const [job] = await deps.sql`select finished_at from jobs where id = ${jobId}`;
        if (job?.finishedAt !== null) return;
      }
    },
    async close() {
      stopping.abort();
      await server.close(1000);
      await deps.close();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
