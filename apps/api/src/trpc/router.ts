import { contacts } from "./contacts.ts";
import { imports } from "./imports.ts";
import { router } from "./init.ts";
import { jobs } from "./jobs.ts";

/** Everything that a TypeScript front end can call. */
export const appRouter = router({ contacts, imports, jobs });

export type AppRouter = typeof appRouter;
