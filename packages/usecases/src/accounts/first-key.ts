import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { keyByHash } from "@roster/store/accounts/keys.ts";
import { openStore } from "@roster/store/open.ts";
import { keyHash } from "./authentication.ts";

/**
 * Removes the key that the first start left in the data directory where the database does not know it any more.
 * @returns whether it was removed
 */
export async function forgetDeadKey(place: { databaseUrl: string; dataDir: string }): Promise<boolean> {
  const path = join(place.dataDir, "first-key");
  const key = await readFile(path, "utf8").catch(() => null);
  if (key === null) return false;
  const sql = openStore(place.databaseUrl, { max: 1, name: "roster restore" });
  try {
    if ((await keyByHash(sql, keyHash(key.trim()))) !== null) return false;
    await rm(path);
    return true;
  } finally {
    await sql.end({ timeout: 5 });
  }
}
