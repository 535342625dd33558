import type { ContactChange, RosterClient } from "@roster/client/client.ts";
import { type SelectionFlags, selectedContacts } from "../argument/contact-selection.ts";
import { listFilter } from "../argument/named-list.ts";
import { segmentFilter } from "../argument/named-segment.ts";
import type { Settings } from "../config.ts";
import { connect } from "../connection.ts";
import { displayFor } from "../text/progress-display.ts";
import { awaitEnd, type EndFlags } from "./job-end.ts";

export type ChangeFlags = SelectionFlags & EndFlags & { name?: string };

/**
 * Changes many contacts, and waits for the end unless told otherwise.
 * @param change the change, or how it is found out where the server has to be asked for it
 * @returns the exit code: 0, or 1 if a contact or the job as a whole failed
 */
export async function changeContacts(
  settings: Settings,
  change: ContactChange | ((client: RosterClient) => Promise<ContactChange>),
  { wait, json, name, ...selection }: ChangeFlags,
): Promise<0 | 1> {
  const meant = await selectedContacts(selection, settings.workingDir);
  const { client } = connect(settings);
  const which =
    "filter" in meant
      ? {
          filter: {
            ...meant.filter,
            ...(await listFilter(client, selection.list)),
            ...(await segmentFilter(client, selection.segment)),
          },
        }
      : meant;
  const display = displayFor({ json });
  const what = typeof change === "function" ? await change(client) : change;
  const { jobId } = await client.changeContacts(which, what, name === undefined ? {} : { name });
  return awaitEnd(client, jobId, display, { wait, ...(json && { json }) });
}
