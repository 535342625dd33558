import { join } from "node:path";
import type { ChildCommand } from "./child.ts";

const apps = join(import.meta.dirname, "../..");

/** How the processes are started of which Roster consists, beside the database. */
export const programs = {
  api: { name: "API", args: [join(apps, "api/src/main.ts")] },
  worker: { name: "worker", args: [join(apps, "worker/src/main.ts")] },
} satisfies Record<string, ChildCommand>;
