import { createRequire } from "node:module";
import { disposableEmailBlocklistSet } from "disposable-email-domains-js";

// Published without types.
const publishedRoles = createRequire(import.meta.url)("role-based-email-addresses") as readonly string[];

/** Domains of providers of addresses to be thrown away, as github.com/disposable-email-domains keeps them. */
export const disposableDomains: ReadonlySet<string> = disposableEmailBlocklistSet();

/**
 * Of the published roles those that are first names, surnames or places: a person at a company is often reached under just
 * that.
 */
const names = new Set(
  (
    "alexa alfa alla alle alpha angels apple august berlin boston chef chicago china church denver express facebook fbl france " +
    "gardner gm home india ios jornalismo lifesum montreal namecheap newyork paris pastor per plex plex.tv prime " +
    "sanfrancisco seattle singapore stockholm stripe sydney twitter instagram"
  ).split(" "),
);

/** Two letters are somebody's initials, but for these. */
const shortRoles = new Set(["hr", "it", "pr", "qa", "rh"]);

/** Local parts that are functions and not people. */
export const roleLocalParts: ReadonlySet<string> = new Set(
  publishedRoles.filter((role) => (role.length > 2 ? !names.has(role) : shortRoles.has(role))),
);
