import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { benchRow } from "./rows.ts";

/** Rows per block of text. */
const blockRows = 5000;

/**
 * Streams events into an NDJSON file: one for each of the first contacts of a contact file, in its order, each with an id.
 * @param of their type and campaign; the ids are made of them
 */
export async function writeEventFile(
  path: string,
  events: number,
  { type, campaignId, at }: { type: string; campaignId: string; at: Date },
): Promise<void> {
  function* blocks() {
    for (let from = 0; from < events; from += blockRows) {
      const lines: string[] = [];
      for (let n = from; n < Math.min(events, from + blockRows); n++) {
        const id = `${campaignId}-${type}-${n}`;
        const { email } = benchRow(n);
        lines.push(
          JSON.stringify({ id, type, email, campaignId, campaignName: "Spring", at: at.toISOString() }),
        );
      }
      yield `${lines.join("\n")}\n`;
    }
  }
  await pipeline(blocks, createWriteStream(path));
}
