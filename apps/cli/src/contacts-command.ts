import type { ContactChange } from "@roster/client/client.ts";
import type { Settings } from "./config.ts";
import { connect } from "./connection.ts";
import { type SelectionFlags, selectedContacts } from "./contact-selection.ts";
import { awaitEnd, type EndFlags } from "./job-end.ts";
import { progressDisplay, quietDisplay } from "./progress-display.ts";

export type ChangeFlags = SelectionFlags & EndFlags & { name?: string };

/**
 * Changes many contacts, and waits for the end unless told otherwise.
 * @returns the exit code: 0, or 1 if a contact or the job as a whole failed
 */
export async function changeContacts(
  settings: Settings,
  change: ContactChange,
  { wait, json, name, ...selection }: ChangeFlags,
): Promise<0 | 1> {
  const which = await selectedContacts(selection, settings.workingDir);
  const { client } = connect(settings);
  const display = json ? quietDisplay(process.stderr) : progressDisplay(process.stderr);
  const { jobId } = await client.changeContacts(which, change, name === undefined ? {} : { name });
  return awaitEnd(client, jobId, display, { wait, ...(json && { json }) });
}
