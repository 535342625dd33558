import type { Command } from "commander";
import { expect, test } from "vitest";
import { rosterProgram } from "../src/program/roster.ts";
import { ended, startCommand } from "./running-roster.ts";

const wrong: [string, string[], RegExp][] = [
  ["no command", [], /Usage: roster/],
  ["an unknown command", ["imprt", "x.csv"], /unknown command 'imprt'/],
  ["an unknown option", ["import", "x.csv", "--dryrun"], /unknown option '--dryrun'/],
  ["no file", ["import"], /missing required argument 'file'/],
  ["a file that is not there", ["import", "/nowhere/x.csv"], /\/nowhere\/x\.csv: there is no such file\./],
  ["a mapping without a field", ["import", import.meta.filename, "--map", "E-mail"], /--map "Header=field"/],
  [
    "a default without a value",
    ["import", import.meta.filename, "--default", "plan="],
    /--default field=value/,
  ],
  ["a limit of no failures", ["import", import.meta.filename, "--stop-after", "0"], /whole number/],
  ["a consent without --resubscribe", ["import", import.meta.filename, "--consent", "fair"], /go together/],
  [
    "a delimiter that is none",
    ["import", import.meta.filename, "--delimiter", "x"],
    /comma, semicolon, tab or pipe/,
  ],
  ["nobody meant", ["contacts", "unsubscribe"], /--ids-file, .*or --all/],
  ["people meant in two ways", ["contacts", "tag", "x", "--all", "--search", "a"], /in one way/],
  [
    "an unknown status",
    ["contacts", "tag", "x", "--status", "gone"],
    /active, unsubscribed, bounced, complained/,
  ],
  ["a file of ids that is not there", ["contacts", "tag", "x", "--ids-file", "/nowhere/x"], /no such file/],
  ["a deletion without --yes", ["contacts", "delete", "--all"], /add --yes/],
  ["an email for many", ["contacts", "set", "email=a@x.co", "--all"], /one person's/],
  ["a field without a value", ["contacts", "set", "plan", "--all"], /field=value/],
  ["a status that is none", ["contacts", "set", "status=gone", "--all"], /active, unsubscribed/],
  ["a list's deletion without --yes", ["lists", "delete", "fair"], /add --yes/],
  ["an erasure without --yes", ["contacts", "erase", "a@x.co"], /add --yes/],
  ["a suppression that is active", ["suppressions", "add", "a@x.co", "--status", "active"], /unsubscribed/],
  ["nobody to put on a list", ["lists", "add", "fair"], /--with-tag, --list/],
  ["a tier that is none", ["contacts", "tag", "x", "--tier", "gold"], /champion, loyal, potential/],
  ["a score above all", ["contacts", "delete", "--yes", "--min-score", "101"], /from 0 to 100/],
  ["a rule without points", ["scoring", "create", "x", "--event", "opened"], /--points/],
  ["a rule of no points", ["scoring", "create", "x", "--event", "opened", "--points", "0"], /not 0/],
  [
    "an event that is none",
    ["scoring", "create", "x", "--event", "read", "--points", "1"],
    /opened, clicked/,
  ],
  ["a rule in no file", ["scoring", "create", "--file", "/nowhere/x"], /cannot be read \(ENOENT\)/],
  ["a rule that is no JSON", ["scoring", "create", "--file", import.meta.filename], /holds no JSON/],
  ["an attribute without a value", ["scoring", "update", "x", "--attribute", "plan"], /key=value/],
  ["nothing to change of a rule", ["scoring", "update", "x"], /--help/],
  ["no tenant", ["keys", "create"], /--tenant/],
  ["a tenant that is no slug", ["keys", "create", "--tenant", "Acme Shop"], /lower-case letters/],
  ["an unknown prefix", ["keys", "create", "--tenant", "a", "--prefix", "pk"], /mc_live/],
  ["an unknown scope", ["keys", "create", "--tenant", "a", "--scopes", "lists"], /no scope lists/],
  ["an expiry that is over", ["keys", "create", "--tenant", "a", "--expires", "2020-01-01"], /--expires/],
  ["a tenant's new name that is no slug", ["tenants", "rename", "a", "A B"], /lower-case letters/],
  ["an account's name that is no slug", ["accounts", "create", "Acme!"], /lower-case letters/],
  ["a limit of no requests", ["plans", "set", "free", "--requests-per-minute", "0"], /whole number/],
  ["nothing to change of a plan", ["plans", "set", "free"], /--contacts, --bulk-import or/],
  ["bulk import perhaps", ["plans", "set", "free", "--bulk-import", "maybe"], /yes or no/],
  ["an unknown kind of job", ["jobs", "list", "--kind", "export"], /import, bulk, undo/],
  ["a limit that is no number", ["jobs", "list", "--limit", "all"], /whole number/],
];

test.each(wrong)("%s: exit code 2, and stderr says how it is meant", async (_what, args, says) => {
  const { code, stdout, stderr } = await ended(startCommand(args, { ROSTER_DATA_DIR: "/nowhere" }));
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(says);
  expect(stderr).not.toMatch(/\n\s+at /);
});

test("a variable with a wrong value is named, with exit code 2", async () => {
  const { code, stderr } = await ended(startCommand(["jobs", "list"], { ROSTER_URL: "localhost" }));
  expect(code).toBe(2);
  expect(stderr).toMatch(/^The variable ROSTER_URL is wrong: [^\n]+\n$/);
});

/** The commands that do something, with the words that call them. */
function commandsOf(command: Command, words: readonly string[] = []): [words: string, Command][] {
  if (command.commands.length === 0) return [[words.join(" "), command]];
  return command.commands.flatMap((inner) => commandsOf(inner, [...words, inner.name()]));
}

test.each(commandsOf(rosterProgram(() => {})))("%s explains itself with an example", (words, command) => {
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  expect(help).toContain(`npm run --silent roster -- ${words}`);
});

test("--help is told on standard output, and is no failure", async () => {
  const { code, stdout } = await ended(startCommand(["jobs", "undo", "--help"], {}));
  expect([code, stdout]).toEqual([0, expect.stringContaining("npm run --silent roster -- jobs undo ")]);
});
