import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { isRosterError, type RosterClient } from "@roster/client/client.ts";
import { counted } from "../argument/import-source.ts";
import { listFilter } from "../argument/named-list.ts";
import { segmentFilter } from "../argument/named-segment.ts";
import { CommandError } from "../command-error.ts";
import type { Settings } from "../config.ts";
import { connect } from "../connection.ts";
import { onInterrupt } from "../interrupt.ts";
import { type ProgressDisplay, progressDisplay, quietDisplay } from "../text/progress-display.ts";
import { byteSize } from "../text/quantity.ts";
import { writeWholeFile } from "../whole-file.ts";
import type { DescribingFlags } from "./contact-reads.ts";

export type ExportFlags = DescribingFlags & { format?: "csv" | "ndjson"; quiet?: boolean };

type Selection = NonNullable<Parameters<RosterClient["exportContacts"]>[0]>;

/** Writes contacts to a file, which is there only when it is complete, or to a pipe. */
export async function exportContacts(
  settings: Settings,
  file: string,
  {
    status,
    search,
    withTag,
    list,
    segment,
    tier,
    minScore,
    updatedSince,
    format,
    quiet = false,
  }: ExportFlags,
): Promise<void> {
  const { client } = connect(settings);
  const display = quiet ? quietDisplay(process.stderr) : progressDisplay(process.stderr);
  const selection: Selection = {
    format: format ?? (/\.(ndjson|jsonl)$/i.test(file) ? "ndjson" : "csv"),
    ...(status && { status }),
    ...(search !== undefined && { search }),
    ...(withTag && { tags: withTag }),
    ...(await listFilter(client, list)),
    ...(await segmentFilter(client, segment)),
    ...(tier && { tier }),
    ...(minScore !== undefined && { minScore }),
    ...(updatedSince && { updatedSince }),
  };
  if (file === "-") return write(client, selection, process.stdout, display);

  const path = resolve(settings.workingDir, file);
  await writeWholeFile(path, "Nothing was exported.", (output) => write(client, selection, output, display));
  if (!quiet) process.stdout.write(`Wrote ${path}, ${byteSize((await stat(path)).size)}.\n`);
}

/** @throws CommandError where Ctrl-C stopped it, or the connection broke, and whatever the server refuses */
async function write(
  client: RosterClient,
  selection: Selection,
  output: Writable,
  display: ProgressDisplay,
): Promise<void> {
  const stopped = new AbortController();
  const forget = onInterrupt(() => stopped.abort());
  const began = performance.now();
  try {
    const { signal } = stopped;
    const bytes = Readable.fromWeb(await client.exportContacts({ ...selection, signal }));
    const told = counted(bytes, (taken) => display.step(() => exportLine(taken, performance.now() - began)));
    await pipeline(told, output, { end: output !== process.stdout, signal });
  } catch (error) {
    if (stopped.signal.aborted) throw new CommandError("Stopped. The export is not complete.");
    if (isRosterError(error) || (error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    throw new CommandError("The connection broke before the export was complete. Export again.");
  } finally {
    forget();
    display.close();
  }
}

function exportLine(taken: number, ms: number): string {
  return `exporting  ${byteSize(taken)}  ${byteSize(Math.round((taken * 1000) / Math.max(ms, 1)))}/s`;
}
