import { isUuid } from "../contacts/contact-id.ts";
import { StorableText } from "../text/storable-text.ts";

/** What people call a list. No two lists of a tenant have the same name. */
export const ListName = StorableText.trim().min(1, "Give the list a name.").max(100);

/** Most contacts that one request puts on a list or takes off it; more go by a bulk change or an import. */
export const listChangeLimit = 10_000;

/** Most lists of a tenant: some dialects show all of them in one answer. */
export const listLimit = 10_000;

const slugLength = 64;

/**
 * The short name that a new list gets: its name in lower-case letters and digits with hyphens between, at most 64, with a
 * number behind where another list has it. It stays when the list is renamed, because some dialects know lists by it alone.
 * @param taken the short names of the tenant's other lists
 */
export function listSlug(name: string, taken: ReadonlySet<string>): string {
  const base = slugBase(name);
  if (!taken.has(base)) return base;
  for (let n = 2; ; n++) {
    const ending = `-${n}`;
    const slug = cut(base, slugLength - ending.length) + ending;
    if (!taken.has(slug)) return slug;
  }
}

function slugBase(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "");
  const base = cut(plain, slugLength);
  // A name of other letters has nothing left; and none may read like an id, by which other dialects know lists.
  return base === "" || isUuid(base) ? cut(`list-${base}`, slugLength) : base;
}

function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/-$/, "");
}

const nameLength = 100;

/** What the copy of a list is called unless somebody says it: `Spring (copy)`, `Spring (copy 2)`, … @param taken the names of the tenant's lists */
export function copyName(name: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const ending = n === 1 ? " (copy)" : ` (copy ${n})`;
    const copy = `${name
      .slice(0, nameLength - ending.length)
      .toWellFormed()
      .trimEnd()}${ending}`;
    if (!taken.has(copy)) return copy;
  }
}
