import type { Settings } from "./config.ts";
import { connect } from "./connection.ts";
import { type ImportFlags, importOptions } from "./import-option.ts";
import { counted, openSource } from "./import-source.ts";
import { onInterrupt } from "./interrupt.ts";
import { awaitEnd, type EndFlags } from "./job-end.ts";
import { progressDisplay, quietDisplay } from "./progress-display.ts";

export type ImportCommandFlags = ImportFlags & EndFlags;

/**
 * Imports a file, or a pipe for `-`, and waits for the end unless told otherwise.
 * @returns the exit code: 0, or 1 if a row or the job as a whole failed
 */
export async function runImport(
  settings: Settings,
  file: string,
  { json, wait, ...flags }: ImportCommandFlags,
): Promise<0 | 1> {
  const source = await openSource(file, settings.workingDir);
  const options = importOptions(flags, source.name);
  const { client } = connect(settings);
  const display = json ? quietDisplay(process.stderr) : progressDisplay(process.stderr);

  const broken = new AbortController();
  const forget = onInterrupt(() => broken.abort());
  let jobId: string;
  try {
    const open = () => counted(source.open(), (sent) => display.upload(sent, source.bytesTotal));
    ({ jobId } = await client.importFile(source.opensAgain ? open : open(), {
      ...options,
      signal: broken.signal,
    }));
  } catch (error) {
    display.close();
    if (!broken.signal.aborted) throw error;
    display.note("Stopped while the file was being sent. Nothing was imported.");
    return 1;
  } finally {
    forget();
  }

  return awaitEnd(client, jobId, display, { wait, ...(json && { json }) });
}
