import { type Refusal, Refused } from "@roster/domain/refusal.ts";
import { isDiskFull } from "@roster/store/sql/disk-full.ts";

/** Why whatever a use case threw turns a request down; null: it is a bug, or an outage. */
export function refusedWith(error: unknown): Refusal | null {
  if (error instanceof Refused) return error.refusal;
  return isDiskFull(error) ? { code: "storage_full" } : null;
}
