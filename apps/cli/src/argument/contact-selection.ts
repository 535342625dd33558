import type { Contact, WhichContacts } from "@roster/client/client.ts";
import { CommandError } from "../command-error.ts";
import { openSource } from "./import-source.ts";

/** The flags by which `contacts` commands say whom they mean, as commander hands them over. */
export type SelectionFlags = {
  id?: string[];
  idsFile?: string;
  all?: boolean;
  status?: Contact["status"][];
  search?: string;
  withTag?: string[];
  /** A list as it was named: its id is the server's to say. */
  list?: string;
  /** A segment, likewise. */
  segment?: string;
  tier?: Contact["tier"][];
  minScore?: number;
  source?: string;
  fromImport?: string;
};

/**
 * Whom the flags mean: ids, a file of ids, everybody, or those to whom all the other flags apply; `list` and `segment` are left to the caller.
 * @throws CommandError (exit code 2) when they mean nobody, or in two ways, or there is no such file
 */
export async function selectedContacts(flags: SelectionFlags, workingDir: string): Promise<WhichContacts> {
  const { id, idsFile, all, status, search, withTag, list, segment, tier, minScore, source, fromImport } =
    flags;
  const filter = {
    ...(status && { status }),
    ...(search !== undefined && { search }),
    ...(withTag && { tags: withTag }),
    ...(tier && { tier }),
    ...(minScore !== undefined && { minScore }),
    ...(source !== undefined && { source }),
    ...(fromImport !== undefined && { createdJob: fromImport }),
  };
  const isFiltered = Object.keys(filter).length > 0 || list !== undefined || segment !== undefined;
  const ways = [id !== undefined, idsFile !== undefined, all === true, isFiltered].filter((way) => way);
  if (ways.length === 0) {
    throw new CommandError(
      "Say whom you mean: --id, --ids-file, --status, --search, --with-tag, --list, --segment, --tier, --min-score, --source, --from-import, or --all.",
      2,
    );
  }
  if (ways.length > 1) {
    throw new CommandError(
      "Say whom you mean in one way: by --id, by --ids-file, by --all, or by the other flags together.",
      2,
    );
  }
  if (id !== undefined) return { ids: id };
  if (idsFile === undefined) return { filter };
  const { open, opensAgain } = await openSource(idsFile, workingDir);
  return { idsFile: opensAgain ? open : open() };
}
