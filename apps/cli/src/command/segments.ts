import type { RosterClient } from "@roster/client/client.ts";
import { jsonFile } from "../argument/json-file.ts";
import { allSegments, namedSegment, type Segment } from "../argument/named-segment.ts";
import { CommandError } from "../command-error.ts";
import type { Settings } from "../config.ts";
import { connect } from "../connection.ts";
import { run } from "../invocation.ts";
import { minuteOf } from "../text/moment.ts";
import { moreLine } from "../text/more-line.ts";
import { printable, textTable } from "../text/text-table.ts";
import { contactRow, contactTableHead } from "./contact-reads.ts";

type Filter = Parameters<RosterClient["segments"]["tryFilter"]["mutate"]>[0]["filter"];

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** All segments, newest first, with how many contacts were in each when it was counted. */
export async function showSegments(settings: Settings, { json }: { json?: boolean }): Promise<void> {
  const segments: Segment[] = [];
  for await (const segment of allSegments(connect(settings).client)) segments.push(segment);
  if (json) return print(JSON.stringify(segments));
  if (segments.length === 0) return print("There are no segments.");
  const rows = segments.map(({ name, contactCount, countedAt, id }) => [
    printable(name, 48),
    contactCount === null ? "–" : String(contactCount),
    minuteOf(countedAt),
    id,
  ]);
  print(textTable([["segment", "contacts", "counted", "id"], ...rows], [1]));
}

const filterHint = "Write a filter as docs/segments.md shows it.";

export type PreviewFlags = { filter?: string; json?: boolean };

/** How many contacts a segment, or a filter in a file, finds now, and the newest of them. */
export async function previewSegment(
  settings: Settings,
  named: string | undefined,
  { filter: file, json }: PreviewFlags,
): Promise<void> {
  if ((named === undefined) === (file === undefined)) {
    throw new CommandError("Name a segment, or a file with a filter by --filter.", 2);
  }
  const { client } = connect(settings);
  const { count, sample } =
    file === undefined
      ? await client.segments.preview.query({ id: (await namedSegment(client, named!)).id })
      : await client.segments.tryFilter.mutate({
          filter: (await jsonFile(settings.workingDir, file, filterHint)) as Filter,
        });
  if (json) return print(JSON.stringify({ count, sample }));
  print(`${count === 1 ? "1 contact is" : `${count} contacts are`} in it.`);
  if (sample.length > 0) print(`\n${textTable([contactTableHead, ...sample.map(contactRow)])}`);
}

/** Who is in a segment now, newest first. */
export async function showMembers(
  settings: Settings,
  named: string,
  { limit, json }: { limit: number; json?: boolean },
): Promise<void> {
  const { client } = connect(settings);
  const { id } = await namedSegment(client, named);
  const { contacts, hasMore } = await client.segments.members.query({ id, limit });
  if (json) {
    for (const contact of contacts) print(JSON.stringify(contact));
    return;
  }
  if (contacts.length === 0) return print("Nobody is in it.");
  print(textTable([contactTableHead, ...contacts.map(contactRow)]));
  if (hasMore) print(moreLine(limit, `${run} segments export`));
}
