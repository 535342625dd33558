import type { RosterClient } from "@roster/client/client.ts";
import { isUuid } from "@roster/domain/contacts/contact-id.ts";
import { CommandError } from "../command-error.ts";
import { run } from "../invocation.ts";
import { printable } from "../text/text-table.ts";

/** Segments by the page. */
type Page = Awaited<ReturnType<RosterClient["segments"]["list"]["query"]>>;
export type Segment = Page["segments"][number];

/** All segments, newest first. */
export async function* allSegments(client: RosterClient): AsyncGenerator<Segment> {
  let cursor: string | null = null;
  do {
    const page: Page = await client.segments.list.query({ limit: 1000, ...(cursor !== null && { cursor }) });
    yield* page.segments;
    cursor = page.cursor;
  } while (cursor !== null);
}

/** A segment by its id or its name. @throws CommandError where there is none */
export async function namedSegment(client: RosterClient, named: string): Promise<{ id: string }> {
  if (isUuid(named)) return client.segments.get.query({ id: named });
  for await (const segment of allSegments(client)) if (segment.name === named.trim()) return segment;
  throw new CommandError(`There is no segment ${printable(named, 100)}. See “${run} segments list”.`);
}

/** The filter `segmentId` of a segment that a flag names; nothing where it names none. */
export async function segmentFilter(
  client: RosterClient,
  segment: string | undefined,
): Promise<{ segmentId?: string }> {
  return segment === undefined ? {} : { segmentId: (await namedSegment(client, segment)).id };
}
