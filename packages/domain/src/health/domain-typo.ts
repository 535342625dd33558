import { mailProviders, providerDomains } from "../email/mail-provider.ts";

/** Ends that are no country's or anybody else's: always a slip. */
const wrongEnds: Readonly<Record<string, string>> = {
  con: "com",
  cmo: "com",
  ocm: "com",
  comm: "com",
  coom: "com",
  ccom: "com",
  vom: "com",
  xom: "com",
  cim: "com",
  cpm: "com",
  coml: "com",
  cop: "com",
  comn: "com",
  comb: "com",
  "com.com": "com",
  nte: "net",
  ent: "net",
  nett: "net",
  ner: "net",
  couk: "co.uk",
  "co.ukk": "co.uk",
  "co.k": "co.uk",
  "co.u": "co.uk",
  "com.b": "com.br",
  "com.r": "com.br",
};

/** Ends that are somebody's (Colombia, Cameroon, Oman), but hardly under a long name that is a provider's. */
const doubtfulEnds: Readonly<Record<string, string>> = { co: "com", cm: "com", om: "com" };

/** Under this many characters a name has other names within one slip: only slips of the fingers count there. */
const longName = 7;

/**
 * The big provider's domain that was probably meant where this one is written, or null. It rather misses a slip than takes
 * a domain of its own for one: the first letter is nearly always right, a short name must differ by a key beside the right
 * one, a letter too many or too few, or two letters swapped.
 * @param domain of a normalised address
 */
export function likelyDomain(domain: string): string | null {
  if (providerDomains.has(domain)) return null;
  const dot = domain.indexOf(".");
  const name = domain.slice(0, dot);
  const end = domain.slice(dot + 1);
  const right = wrongEnds[end];
  const provider = providerByName.get(name);
  if (provider !== undefined) {
    const meant = right ?? (provider.spellable ? doubtfulEnds[end] : undefined);
    return meant !== undefined && provider.ends.includes(meant) ? `${name}.${meant}` : null;
  }
  const meant = right ?? end;
  const similar = namesByEnd.get(meant)?.find((candidate) => isSlip(name, candidate));
  return similar === undefined ? null : `${similar}.${meant}`;
}

const providerByName = new Map(mailProviders.map((provider) => [provider.name, provider]));
/** By each end the names that may be misspelt. */
const namesByEnd = new Map<string, string[]>();
for (const { name, ends, spellable } of mailProviders) {
  if (spellable) for (const end of ends) namesByEnd.set(end, [...(namesByEnd.get(end) ?? []), name]);
}

/** Whether one slip makes `typed` of `meant`, which are not the same: Damerau and Levenshtein's distance is 1. */
function isSlip(typed: string, meant: string): boolean {
  // A figure is put there on purpose.
  if (/\d/.test(typed)) return false;
  const long = meant.length >= longName;
  const longer = Math.max(typed.length, meant.length);
  if (longer - Math.min(typed.length, meant.length) > 1) return false;
  let at = 0;
  while (at < longer && typed[at] === meant[at]) at++;
  if (typed.length === meant.length) {
    if (typed[at] === meant[at + 1] && typed[at + 1] === meant[at]) {
      return typed.slice(at + 2) === meant.slice(at + 2);
    }
    if (at === 0 || typed.slice(at + 1) !== meant.slice(at + 1)) return false;
    return long || areNeighbours(typed[at]!, meant[at]!);
  }
  if (at === 0) return false;
  if (typed.length < meant.length) return typed.slice(at) === meant.slice(at + 1);
  if (typed.slice(at + 1) !== meant.slice(at)) return false;
  const extra = typed[at]!;
  return long || [typed[at - 1], typed[at + 1]].some((key) => key === extra || areNeighbours(extra, key));
}

const keyboard = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
/** Where each key is: its row, and how far to the right, in halves of a key. */
const keys = new Map(
  keyboard.flatMap((row, y) => [...row].map((key, x) => [key, { x: 2 * x + y, y }] as const)),
);

function areNeighbours(a: string, b: string | undefined): boolean {
  const one = keys.get(a);
  const other = b === undefined ? undefined : keys.get(b);
  if (one === undefined || other === undefined) return false;
  return Math.abs(one.y - other.y) <= 1 && Math.abs(one.x - other.x) <= 2;
}
