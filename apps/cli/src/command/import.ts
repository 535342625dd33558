import { type ImportFlags, importOptions } from "../argument/import-option.ts";
import { counted, openSource } from "../argument/import-source.ts";
import { listFilter } from "../argument/named-list.ts";
import type { Settings } from "../config.ts";
import { connect } from "../connection.ts";
import { onInterrupt } from "../interrupt.ts";
import { previewText } from "../text/preview-text.ts";
import { displayFor, type ProgressDisplay } from "../text/progress-display.ts";
import { awaitEnd, type EndFlags } from "./job-end.ts";

export type ImportCommandFlags = ImportFlags & EndFlags & { preview?: boolean; list?: string };

/**
 * Imports a file, or a pipe for `-`, and waits for the end unless told otherwise; or shows how it would be read.
 * @returns the exit code: 0, or 1 if a row or the job as a whole failed, or would
 */
export async function runImport(
  settings: Settings,
  file: string,
  { json, wait, preview, list, ...flags }: ImportCommandFlags,
): Promise<0 | 1> {
  const source = await openSource(file, settings.workingDir);
  const read = importOptions(flags, source.name);
  const { client } = connect(settings);
  const options = { ...read, policy: { ...read.policy, ...(await listFilter(client, list)) } };
  const display = displayFor({ json });
  const open = () => counted(source.open(), (sent) => display.upload(sent, source.bytesTotal));
  const bytes = source.opensAgain ? open : open();
  if (preview) {
    const { hints, policy } = options;
    const file = { ...(hints && { hints }), ...(policy && { policy }) };
    const found = await sending(display, (signal) => client.previewFile(bytes, { ...file, signal }));
    display.close();
    if (found === null) return 1;
    process.stdout.write(`${json ? JSON.stringify(found) : previewText(found, source.name)}\n`);
    return found.error === null && Object.keys(found.problems.counts).length === 0 ? 0 : 1;
  }
  const started = await sending(display, (signal) => client.importFile(bytes, { ...options, signal }));
  if (started === null) return 1;
  return awaitEnd(client, started.jobId, display, { wait, ...(json && { json }) });
}

/** Sends a file; null when Ctrl-C stopped it. */
async function sending<T>(
  display: ProgressDisplay,
  send: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  const broken = new AbortController();
  const forget = onInterrupt(() => broken.abort());
  try {
    return await send(broken.signal);
  } catch (error) {
    display.close();
    if (!broken.signal.aborted) throw error;
    display.note("Stopped while the file was being sent. Nothing was imported.");
    return null;
  } finally {
    forget();
  }
}
