import { access, constants } from "node:fs/promises";
import type { Settings } from "../config.ts";
import { connect, serverKey, serverUrl } from "../connection.ts";
import { run } from "../invocation.ts";
import { failureLine } from "../text/failure-line.ts";

/** One thing that was looked at: what was found, and how to mend it if it is not well. */
export type Finding = { ok: boolean; what: string; mend?: string };

/** The oldest Node that runs TypeScript as it is. */
const nodeMajor = 24;

/** A server on this machine answers in milliseconds, one far away in a second or two. */
const patienceMs = 5000;

/**
 * Looks at everything that the command line and the server need, and prints a line for each.
 * @returns the exit code: 1 if something is to be mended
 */
export async function runDoctor(settings: Settings): Promise<0 | 1> {
  const findings = await examine(settings);
  process.stdout.write(`${findings.map(findingLine).join("\n")}\n`);
  return findings.every((finding) => finding.ok) ? 0 : 1;
}

export function findingLine({ ok, what, mend }: Finding): string {
  return `${ok ? "✓" : "✗"} ${what}${mend === undefined ? "" : `\n    ${mend}`}`;
}

async function examine(settings: Settings): Promise<Finding[]> {
  const findings = [nodeVersion(), await dataDirectory(settings)];
  const url = serverUrl(settings);
  if (url === null) {
    findings.push({
      ok: false,
      what: "no server runs from the data directory",
      mend: "Start it with “npm start”, or set ROSTER_URL.",
    });
    return findings;
  }
  const health = await probe(`${url}/healthz`);
  if (health.status !== 200) {
    const mend = "Start the server with “npm start”, or set ROSTER_URL to its address.";
    findings.push({ ok: false, what: `server at ${url}: ${health.said}`, mend });
    return findings;
  }
  findings.push(
    { ok: true, what: `server at ${url} answers` },
    await readyServer(url),
    await validKey(settings),
  );
  return findings;
}

function nodeVersion(): Finding {
  const ok = Number(process.versions.node.split(".")[0]) >= nodeMajor;
  const what = `Node ${process.versions.node}`;
  return ok
    ? { ok, what }
    : { ok, what, mend: `Run this by “npm run roster”, which uses the project's own Node ${nodeMajor}.` };
}

async function dataDirectory({ dataDir, url }: Settings): Promise<Finding> {
  try {
    await access(dataDir, constants.R_OK | constants.X_OK);
    return { ok: true, what: `data directory ${dataDir}` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // With a server elsewhere there need be none here.
    if (code === "ENOENT" && url !== undefined)
      return { ok: true, what: "no data directory here; the server is elsewhere" };
    const mend = code === "ENOENT" ? "“npm start” makes it." : "Run this as the user who runs the server.";
    return { ok: false, what: `data directory ${dataDir}: ${code === "ENOENT" ? "not there" : code}`, mend };
  }
}

async function readyServer(url: string): Promise<Finding> {
  const ready = await probe(`${url}/readyz`);
  if (ready.status === 200) return { ok: true, what: "ready: the database answers and a worker is at work" };
  const missing =
    ready.body?.database === false ? "the database does not answer" : "no worker is at work, so imports wait";
  return {
    ok: false,
    what: `not ready: ${missing}`,
    mend: "Look at the server's log, then stop and start it: npm run stop; npm start",
  };
}

async function validKey(settings: Settings): Promise<Finding> {
  const from = settings.key === undefined ? "the data directory's first key" : "the key in ROSTER_KEY";
  if (serverKey(settings) === null) {
    return {
      ok: false,
      what: "no key",
      mend: `Set ROSTER_KEY, or make one: ${run} keys create`,
    };
  }
  try {
    const { client } = connect(settings);
    const { total } = await client.contacts.list.query({ limit: 1 });
    return {
      ok: true,
      what: `${from} is valid${total === null ? "" : `; its tenant has ${total} contacts`}`,
    };
  } catch (error) {
    return { ok: false, what: `${from} is refused`, mend: failureLine(error, serverUrl(settings)) };
  }
}

async function probe(
  address: string,
): Promise<{ status: number; said: string; body: Record<string, unknown> | null }> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(patienceMs) });
    const body = (await response.json().catch(() => null)) as Record<string, unknown> | null;
    return { status: response.status, said: `answers ${response.status}`, body };
  } catch {
    return { status: 0, said: "does not answer", body: null };
  }
}
