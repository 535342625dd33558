import type { Settings } from "../config.ts";
import { connect } from "../connection.ts";

export type ChangesFlags = { cursor?: string; follow?: boolean };

const print = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** The changes behind a cursor, one a line, and behind each page the cursor to go on from. */
export async function printChanges(
  settings: Settings,
  { cursor, follow = false }: ChangesFlags,
): Promise<void> {
  const { client } = connect(settings);
  const pages = client.contactChanges({ follow, ...(cursor !== undefined && { cursor }) });
  for await (const { changes, cursor: at, reset } of pages) {
    if (reset) print({ reset });
    for (const change of changes) print(change);
    print({ cursor: at });
  }
}
