import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createKey } from "@roster/usecases/accounts/keys.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ended, type RunningRoster, startRoster } from "./running-roster.ts";

const fixtures = join(import.meta.dirname, "../../../packages/usecases/test/fixtures");
const crmExport = join(fixtures, "crm-export.csv");
const expected = JSON.parse(readFileSync(join(fixtures, "crm-export.expected.json"), "utf8")) as {
  created: number;
  duplicate: number;
  failed: number;
  failedRows: number[];
};

let roster: RunningRoster;
let other = 0;

beforeAll(async () => {
  roster = await startRoster();
});
afterAll(() => roster?.close());

/** The environment with a key of a tenant that has no contacts yet. */
async function emptyTenant(): Promise<{ ROSTER_KEY: string }> {
  const { key } = await createKey(roster.deps, {
    tenant: `tenant-${++other}`,
    prefix: "sk",
    scopes: ["contacts"],
  });
  return { ROSTER_KEY: key };
}

test("a CRM's export goes in with exact figures, and the failed rows are told by number", async () => {
  const { code, stdout } = await roster.roster(["import", crmExport, "--json"]);
  expect(code).toBe(1);
  expect(stdout.endsWith("}\n")).toBe(true);
  const job = JSON.parse(stdout);
  expect(job.state).toBe("completed");
  expect(job.name).toBe("crm-export.csv");
  expect(job.counters).toMatchObject({
    created: expected.created,
    duplicate: expected.duplicate,
    failed: expected.failed,
  });

  const failures = await roster.roster(["jobs", "errors", job.id, "--json"]);
  const rows = failures.stdout
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { row: number }).row);
  expect(rows).toEqual(expected.failedRows);

  const summary = await roster.roster(["jobs", "show", job.id]);
  expect(summary.code).toBe(0);
  expect(summary.stdout).toContain("The first 10 failed rows");
  expect(summary.stdout).toContain(`jobs errors ${job.id} --csv > failed-rows.csv`);
});

test("the failed rows come as a CSV that goes in once it is mended", async () => {
  const env = await emptyTenant();
  const file = roster.file("people.csv", "E-mail;Town\nann@example.org;Ulm\nbob@example;Bonn\n");
  const first = await roster.roster(["import", file, "--map", "E-mail=email", "--json"], { env });
  expect(first.code).toBe(1);
  const { id } = JSON.parse(first.stdout);
  const failed = await roster.roster(["jobs", "errors", id, "--csv"], { env });
  expect(failed.code).toBe(0);
  expect(failed.stdout).toMatch(/Town/);
  expect(failed.stdout).toMatch(/bob@example/);
  expect(failed.stdout).not.toMatch(/ann@example/);
  const again = await roster.roster(["import", "-", "--map", "E-mail=email"], {
    env,
    stdin: failed.stdout.replace("bob@example", "bob@example.org"),
  });
  expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/created +1\n/) });
  const [bob] = await roster.deps.sql`select attributes from contacts where email = 'bob@example.org'`;
  expect(bob).toEqual({ attributes: { Town: "Bonn" } });
});

test("a pipe goes in, and the summary on stdout says what became of its rows", async () => {
  const env = await emptyTenant();
  const stdin = "email,firstName\nann@example.org,Ann\nnobody,No\n";
  const { code, stdout, stderr } = await roster.roster(["import", "-"], { env, stdin });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^Import: completed in \d+ s\n/);
  expect(stdout).toMatch(/created +1\n/);
  expect(stdout).toMatch(/failed +1\n/);
  expect(stdout).toMatch(/3 {2}email {2}nobody {2}\S/);
  // No bar for a reader that is no terminal.
  expect(stderr.includes("\u001b")).toBe(false);
});

test("--preview shows columns with their reasons, the first rows and what is wrong, and imports nothing", async () => {
  const env = await emptyTenant();
  const file = roster.file("look.csv", "E-Mail;Tarif\nann@example.org;pro\nbob;free\n");
  const args = ["import", file, "--preview", "--default", "source=fair"];
  const { code, stdout, stderr } = await roster.roster(args, { env });
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout).toMatch(/^look\.csv: CSV, utf-8, divided by semicolons, 2 columns, 2 rows\n/);
  expect(stdout).toMatch(/\nE-Mail +email +The header “E-Mail” means email\. +ann@example\.org\n/);
  expect(stdout).toMatch(/\nTarif +attribute Tarif +\S/);
  expect(stdout).toMatch(/\n +2 {2}ann@example\.org +source: fair {2}Tarif: pro\n/);
  expect(stdout).toMatch(/1 of these 2 rows would fail: 1 email_invalid\.\nrow +field/);
  const fine = roster.file("fine.csv", "email\nann@example.org\n");
  const json = await roster.roster(["import", fine, "--preview", "--json"], { env });
  expect(json.code).toBe(0);
  expect(JSON.parse(json.stdout)).toMatchObject({ columns: [{ field: "email" }], rowsRead: 1, error: null });
  expect((await roster.roster(["jobs", "list", "--json"], { env })).stdout).toBe("[]\n");
});

test("--suppressions takes a bare list of addresses; nobody on it is subscribed by the next import", async () => {
  const env = await emptyTenant();
  const left = roster.file("left.txt", "ann@example.org\nbob@example.org\n");
  const looked = await roster.roster(["import", left, "--suppressions", "--preview"], { env });
  expect(looked.stdout).toMatch(
    /without a header row.*\n(.|\n)*1 {2}ann@example\.org {2}status: unsubscribed\n/,
  );
  const listed = await roster.roster(["import", left, "--suppressions"], { env });
  expect(listed).toMatchObject({ code: 0, stdout: expect.stringMatching(/put on the list +2\n/) });

  const people = roster.file("people.csv", "email,status\nann@example.org,active\ncy@example.org,\n");
  const { stdout } = await roster.roster(["import", people], { env });
  expect(stdout).toContain("Statuses kept: 1 stayed unsubscribed.");
  const tagged = await roster.roster(["import", left, "--suppressions", "--tag", "x"], { env });
  expect(tagged).toMatchObject({ code: 1, stderr: expect.stringContaining("takes only addresses") });
});

test("a dry run reports the same figures and writes nothing", async () => {
  const env = await emptyTenant();
  const file = roster.file("dry.csv", "email\nann@example.org\nann@example.org\nbob@example.org\n");
  const { code, stdout } = await roster.roster(["import", file, "--dry-run", "--json"], { env });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, counters: { created: 2, duplicate: 1 } });
  const real = await roster.roster(["import", file, "--json"], { env });
  expect(JSON.parse(real.stdout)).toMatchObject({ dryRun: false, counters: { created: 2, duplicate: 1 } });
});

test("--map, --tag and --on-existing decide what becomes of a column and of a known contact", async () => {
  const env = await emptyTenant();
  const file = roster.file("map.csv", "Adresse;Vorname;Notiz\nann@example.org;Ann;secret\n");
  const flags = [
    "--map",
    "Adresse=email",
    "--map",
    "Vorname=firstName",
    "--map",
    "Notiz=ignore",
    "--tag",
    "fair",
  ];
  const made = await roster.roster(["import", file, ...flags, "--delimiter", "semicolon", "--json"], { env });
  expect(made.code).toBe(0);
  const [contact] = await roster.deps.sql`
    select first_name, tags, attributes from contacts
    where email = 'ann@example.org' and created_job = ${JSON.parse(made.stdout).id}`;
  expect(contact).toEqual({ firstName: "Ann", tags: ["fair"], attributes: {} });
  const skipped = await roster.roster(["import", file, ...flags, "--on-existing", "skip", "--json"], { env });
  expect(JSON.parse(skipped.stdout).counters).toMatchObject({ created: 0, skipped: 1 });
});

test("a file that cannot be imported ends with exit code 1 and says why", async () => {
  const env = await emptyTenant();
  const file = roster.file("no-email.csv", "colour,size\nred,4\n");
  const failed = await roster.roster(["import", file], { env });
  expect(failed.code).toBe(1);
  expect(failed.stdout).toMatch(/: failed/);
  expect(failed.stdout).toMatch(/colour/);
  const empty = await roster.roster(["import", "-"], { env, stdin: "" });
  expect(empty).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^.*file is empty.*\n$/),
  });
});

test("--no-wait prints the job's id alone, which the other commands take", async () => {
  const env = await emptyTenant();
  const file = roster.file("later.csv", "email\nann@example.org\n");
  const { code, stdout } = await roster.roster(["import", file, "--no-wait"], { env });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^[0-9a-f-]{36}\n$/);
  const list = await roster.roster(["jobs", "list"], { env });
  expect(list.stdout).toContain(stdout.trim());
  expect(list.stdout).toContain("later.csv");
});

test.skipIf(process.platform !== "linux")(
  "a file of 150 MB is sent without being held in memory",
  async () => {
    const env = await emptyTenant();
    const part = Buffer.alloc(1e6, "no header, no contacts\n");
    async function* large() {
      for (let n = 0; n < 150; n++) yield part;
    }
    const child = roster.start(["import", "-", "--no-wait"], { env });
    const end = ended(child);
    let peakKb = 0;
    const watch = setInterval(() => {
      const status = existsSync(`/proc/${child.pid}/status`)
        ? readFileSync(`/proc/${child.pid}/status`, "utf8")
        : "";
      peakKb = Math.max(peakKb, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0));
    }, 50);
    Readable.from(large()).pipe(child.stdin!);
    const { code } = await end;
    clearInterval(watch);
    expect(code).toBe(0);
    expect(peakKb).toBeGreaterThan(10_000);
    // An idle command takes 100 MB; a copy of the body would take it above 250.
    expect(peakKb).toBeLessThan(215_000);
  },
);
