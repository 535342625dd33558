import { join } from "node:path";
import type { ChildCommand } from "./child.ts";

const apps = join(import.meta.dirname, "../..");

/**
 * Left to itself, V8 lets garbage pile up to four times what is alive before it looks. Contacts pass through and are gone:
 * with these limits an import keeps 210 MB instead of 500, and takes no more CPU.
 */
const memory = ["--max-semi-space-size=8", "--heap-growing-percent=70"];

/** How the processes are started of which Roster consists, beside the database. */
export const programs = {
  api: { name: "API", args: [...memory, join(apps, "api/src/main.ts")] },
  worker: { name: "worker", args: [...memory, join(apps, "worker/src/main.ts")] },
} satisfies Record<string, ChildCommand>;
