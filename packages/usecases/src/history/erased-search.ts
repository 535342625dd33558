import { leaveSearch, tenantsWithErasedInSearch } from "@roster/store/history/erasures.ts";
import { beginSearchIndex, lockSearchIndex } from "@roster/store/search/search-index.ts";
import type { Deps } from "../deps.ts";

/**
 * Has new search indexes made for tenants of whom people were erased: the old ones have no address, but of each contact the
 * hashed pieces of its address and name. To be called each night and not for each erasure, since a new index reads all contacts.
 * @returns for how many tenants
 */
export async function renewErasedSearch(deps: Deps): Promise<number> {
  let renewed = 0;
  for (const tenantId of await tenantsWithErasedInSearch(deps.sql)) {
    await deps.sql.begin(async (tx) => {
      const index = await lockSearchIndex(tx, tenantId);
      // One that is being made may have them; whoever fills it just now has it to himself.
      if (index === null || !index.live) return;
      if (index.segments > 0) await beginSearchIndex(tx, index);
      await leaveSearch(tx, tenantId);
      renewed++;
    });
  }
  return renewed;
}
