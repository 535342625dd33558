import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { healthStats, startHealthRun } from "../src/health/list-health.ts";
import { openMailDomains } from "../src/health/mail-domains.ts";
import { defaultJobSettings } from "../src/jobs/job-control.ts";
import { runJob } from "../src/jobs/job-run.ts";
import { cancelJob } from "../src/jobs/jobs.ts";
import { type DnsServer, startDnsServer } from "./dns-server.ts";
import { type HealthWorld, openHealthWorld } from "./health-world.ts";

let dns: DnsServer;
let world: HealthWorld;
beforeAll(async () => {
  dns = await startDnsServer({
    "mx.example": { MX: [[10, "mail.mx.example"]] },
    "several.example": {
      MX: [
        [0, "a.example"],
        [5, "b.example"],
      ],
    },
    "address.example": { A: "192.0.2.1" },
    "address6.example": { AAAA: "2001:db8::1" },
    "null.example": { MX: [[0, "."]], A: "192.0.2.1" },
    "bare.example": {},
    "broken.example": "SERVFAIL",
    "refused.example": "REFUSED",
    "slow.example": "silence",
    "half.example": { A: "silence", AAAA: "silence" },
  });
  world = await openHealthWorld();
});
afterAll(async () => {
  await world?.close();
  await dns?.stop();
});

const open = (servers = [dns.address]) => openMailDomains({ servers, timeoutMs: 100 });
const never = () => false;

describe("whether a domain takes mail", () => {
  test.each([
    ["mx.example", "yes"],
    ["several.example", "yes"],
    ["address.example", "yes"],
    ["address6.example", "yes"],
    ["null.example", "no"],
    ["bare.example", "no"],
    ["nowhere.example", "no"],
    ["broken.example", "unknown"],
    ["refused.example", "unknown"],
    ["slow.example", "unknown"],
    ["half.example", "unknown"],
  ])("%s: %s", async (domain, expected) => {
    expect((await open().lookUp([domain], never))?.get(domain)).toBe(expected);
  });

  test("a domain is asked for once, however often it occurs", async () => {
    const domains = open();
    const before = dns.questions();
    for (let n = 0; n < 3; n++) await domains.lookUp(["mx.example", "mx.example"], never);
    expect(dns.questions() - before).toBe(1);
  });

  test("a server that does not answer costs some questions and not thousands", async () => {
    const before = dns.questions();
    const names = Array.from({ length: 2000 }, (_, n) => `d${n}.slow.example`);
    const found = await open().lookUp(names, never);
    expect(new Set(found?.values())).toEqual(new Set(["unknown"]));
    expect(found?.size).toBe(2000);
    // Two tries each, of the first ones and of those that were on their way.
    expect(dns.questions() - before).toBeLessThan(500);
  });

  test("nobody is there at all: unknown", async () => {
    const gone = await startDnsServer({});
    await gone.stop();
    expect((await open([gone.address]).lookUp(["mx.example"], never))?.get("mx.example")).toBe("unknown");
  });

  test("it stops between two questions when it is told to", async () => {
    let asked = 0;
    expect(await open().lookUp(["mx.example", "null.example"], () => ++asked > 1)).toBeNull();
  });
});

const list =
  "email\nann@mx.example\nbob@null.example\ncem@nowhere.example\ndan@slow.example\neve@mx.example\n";
const asking = () => ({ mailDomains: open() });

test("a run that asks the DNS finds whose domain takes no mail, and leaves those alone of whom it hears nothing", async () => {
  const scope = await world.tenant(list);
  const job = await world.check(scope, asking());
  expect(await world.found(scope, job.id)).toEqual({
    "bob@null.example": "invalid no_mx",
    "cem@nowhere.example": "invalid no_mx",
  });
  expect(await healthStats(world.deps, scope)).toMatchObject({
    dns: true,
    unanswered: 1,
    invalidCount: 2,
    healthScore: 60,
  });
});

test("a run that is cancelled while it asks writes nothing more and ends", async () => {
  const scope = await world.tenant(list);
  const { jobId } = await startHealthRun(world.deps, scope);
  const resolver = open();
  let asked = false;
  const mailDomains: typeof resolver = {
    async lookUp(domains, shouldStop) {
      if (!asked) await cancelJob(world.deps, scope, jobId);
      asked = true;
      // The holder hears of it with its next sign of life.
      await expect.poll(shouldStop, { timeout: 10_000 }).toBe(true);
      return resolver.lookUp(domains, shouldStop);
    },
  };
  const settings = { ...defaultJobSettings, leaseMs: 400, mailDomains };
  await runJob(world.deps, { tenantId: scope.tenantId, jobId }, new AbortController().signal, settings);
  expect(await world.work(jobId, {}, scope)).toMatchObject({ state: "cancelled", processed: 0 });
});
