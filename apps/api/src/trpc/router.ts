import { contacts } from "./contacts.ts";
import { engagement } from "./engagement.ts";
import { erasures } from "./erasures.ts";
import { eventSources } from "./event-sources.ts";
import { events } from "./events.ts";
import { health } from "./health.ts";
import { imports } from "./imports.ts";
import { router } from "./init.ts";
import { jobs } from "./jobs.ts";
import { keys } from "./keys.ts";
import { lists } from "./lists.ts";
import { plan } from "./plan.ts";
import { scoring } from "./scoring.ts";
import { segments } from "./segments.ts";
import { settings } from "./settings.ts";
import { suppressions } from "./suppressions.ts";
import { tenants } from "./tenants.ts";
import { webhooks } from "./webhooks.ts";

/** Everything that a TypeScript front end can call. */
export const appRouter = router({
  contacts,
  engagement,
  erasures,
  events,
  health,
  eventSources,
  imports,
  jobs,
  keys,
  lists,
  plan,
  scoring,
  segments,
  settings,
  suppressions,
  tenants,
  webhooks,
});

export type AppRouter = typeof appRouter;
