import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { contactNamed } from "../argument/named-contact.ts";
import type { Settings } from "../config.ts";
import { connect } from "../connection.ts";
import { moreLine } from "../text/more-line.ts";
import { byteSize } from "../text/quantity.ts";
import { scoreText } from "../text/score-text.ts";
import { textTable } from "../text/text-table.ts";
import { timelineHead, timelineRow } from "../text/timeline-row.ts";
import { writeWholeFile } from "../whole-file.ts";

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** A contact's score at this moment, and why. */
export async function showScore(
  settings: Settings,
  named: string,
  { json }: { json?: boolean },
): Promise<void> {
  const { client } = connect(settings);
  const { id, email } = await contactNamed(client, named);
  const score = await client.contacts.score.query({ id });
  print(json ? JSON.stringify(score) : scoreText(email, score));
}

/** What happened to a contact, newest first. */
export async function showTimeline(
  settings: Settings,
  named: string,
  { limit, json }: { limit: number; json?: boolean },
): Promise<void> {
  const { client } = connect(settings);
  const { id } = await contactNamed(client, named);
  const { entries, hasMore } = await client.contacts.timeline.query({ id, limit });
  if (json) {
    for (const entry of entries) print(JSON.stringify(entry));
    return;
  }
  print(textTable([timelineHead, ...entries.map(timelineRow)]));
  if (hasMore) print(moreLine(limit));
}

/** Everything that is held about a contact, as JSON, to a file of its owner's or to a pipe. */
export async function writeData(settings: Settings, named: string, file: string): Promise<void> {
  const { client } = connect(settings);
  const { id } = await contactNamed(client, named);
  const text = `${JSON.stringify(await client.contacts.data.query({ id }), null, 2)}\n`;
  if (file === "-") return void process.stdout.write(text);
  const path = resolve(settings.workingDir, file);
  const write = (output: Writable) => pipeline(Readable.from([text]), output);
  await writeWholeFile(path, "Nothing was written.", write);
  print(`Wrote ${path}, ${byteSize((await stat(path)).size)}.`);
}
