import { buildShelves, segmentLimit } from "@roster/domain/search/search-segment.ts";
import { contactTotal } from "@roster/store/contacts/contact-counts.ts";
import { feedHorizon } from "@roster/store/contacts/contact-feed.ts";
import {
  allTenants,
  beginSearchIndex,
  insertSegment,
  isSearchBehind,
  lockSearchIndex,
  moveSearchIndex,
  nextSegment,
  replaceSearchIndex,
  tenantsAtWork,
} from "@roster/store/search/search-index.ts";
import type { Deps } from "../deps.ts";

export type SearchSettings = {
  /** So many contacts may wait for an index: a search reads them one by one, in some 10 ms. */
  backlog: number;
  /** So many are a segment, at most `segmentLimit`. */
  segment: number;
};

const defaultSettings: SearchSettings = { backlog: 8192, segment: segmentLimit };

/** Whose contacts change quickly just now: the tenants for whom a job is at work. */
export function tenantsOfRunningJobs(deps: Deps): Promise<string[]> {
  return tenantsAtWork(deps.sql);
}

/**
 * Brings the search indexes of tenants up to date, behind whoever writes.
 * @param leave ends it after the segment in hand
 * @returns how many contacts were added
 */
export async function fillSearchIndexes(
  deps: Deps,
  tenants: "all" | Iterable<string>,
  leave?: AbortSignal,
): Promise<number> {
  let added = 0;
  for (const tenantId of tenants === "all" ? await allTenants(deps.sql) : tenants) {
    added += await fillSearchIndex(deps, tenantId, leave);
  }
  return added;
}

/** The same for one tenant. */
export async function fillSearchIndex(
  deps: Deps,
  tenantId: string,
  leave?: AbortSignal,
  settings = defaultSettings,
): Promise<number> {
  let added = 0;
  while (leave?.aborted !== true && (await isSearchBehind(deps.sql, tenantId, settings.backlog))) {
    const contacts = await addSegment(deps, tenantId, settings.segment);
    if (contacts === 0) break;
    added += contacts;
  }
  return added;
}

/** One segment in one transaction. @returns how many contacts it has; 0 where nothing is left, or somebody else is at it */
async function addSegment(deps: Deps, tenantId: string, limit: number): Promise<number> {
  return deps.sql.begin(async (tx) => {
    const index = await lockSearchIndex(tx, tenantId);
    if (index === null) return 0;
    // Asked for in front of the contacts: whoever runs now is behind it.
    const horizon = await feedHorizon(tx);
    const segment = await nextSegment(tx, index, horizon, limit);
    if (segment !== null) {
      const shelves = buildShelves(Buffer.from(segment.texts), segment.contacts);
      await insertSegment(tx, index, segment.ids, shelves);
    }
    const atEnd = segment === null || segment.contacts < limit;
    const contacts = segment?.contacts ?? 0;
    await moveSearchIndex(tx, index, atEnd ? horizon : segment.last, contacts);
    if (!atEnd) return contacts;
    if (!index.live) await replaceSearchIndex(tx, index);
    else if (isWorn(index.contacts + contacts, await contactTotal(tx, tenantId), limit)) {
      await beginSearchIndex(tx, index);
    }
    return contacts;
  });
}

/** Whether so much of an index is about contacts that were changed or deleted since that a new one is worth its time. */
function isWorn(indexed: number, contacts: number, segment: number): boolean {
  return indexed > 2 * contacts + segment;
}
