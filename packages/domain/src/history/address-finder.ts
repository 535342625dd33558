import { emailDomain, parseEmail } from "../email/email.ts";

/** What an address is replaced by where its surroundings stay. */
export const erasedText = "[erased]";

const inDomain = /[a-z0-9.-]/;
/** With letters of other alphabets, and their full stops. */
const inAnyDomain = /[\p{L}\p{M}\p{N}.。．｡-]/u;
const domainsEnd = /[.。．｡-]+$/u;
/** What stands behind an address that is a file's name; no domain ends so. */
const fileEnding = /(?:\.(?:csv|tsv|txt|json|jsonl|ndjson|gz))+$/;
/** What makes an address another, longer one when it stands in front. */
const inLocal = /[\p{L}\p{N}._+-]/u;
const jsonEscape = /\\(?:u([0-9a-fA-F]{4})|(.))/g;

/**
 * Finds given addresses in texts of any kind: cells, JSON, sentences. As people write them, in any case, with an international
 * domain in either form; also where JSON has escaped some of their characters. Not as a part of a longer address.
 */
export class AddressFinder {
  /** By domain, the local parts. */
  readonly #locals = new Map<string, string[]>();

  /** @param emails normalised by `parseEmail` */
  constructor(emails: Iterable<string>) {
    for (const email of emails) {
      const domain = emailDomain(email);
      const locals = this.#locals.get(domain) ?? [];
      locals.push(email.slice(0, -domain.length - 1));
      this.#locals.set(domain, locals);
    }
  }

  /** Those of the addresses that a text holds, normalised. */
  in(text: string): Set<string> {
    const found = new Set<string>();
    this.#look(text, found);
    if (text.includes("\\")) this.#look(text.replaceAll(jsonEscape, unescaped), found);
    return found;
  }

  #look(text: string, found: Set<string>): void {
    if (!text.includes("@")) return;
    const lower = text.toLowerCase().normalize("NFC");
    for (let at = lower.indexOf("@"); at !== -1; at = lower.indexOf("@", at + 1)) {
      for (const domain of domainsBehind(lower, at)) {
        for (const local of this.#locals.get(domain) ?? []) {
          if (lower.endsWith(local, at) && !inLocal.test(lower.charAt(at - local.length - 1))) {
            found.add(`${local}@${domain}`);
          }
        }
      }
    }
  }
}

function unescaped(_: string, hex: string | undefined, character: string): string {
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  return "bfnrt".includes(character) ? " " : character;
}

/** How the domain behind an @ may be meant: as far as it is plain, and with letters of other alphabets. */
function domainsBehind(lower: string, at: number): string[] {
  let plain = at + 1;
  while (plain < lower.length && inDomain.test(lower[plain]!)) plain++;
  let whole = plain;
  while (whole < lower.length && inAnyDomain.test(lower[whole]!)) whole++;
  const domain = lower.slice(at + 1, plain).replace(domainsEnd, "");
  const domains = [domain, domain.replace(fileEnding, "")];
  if (whole > plain) {
    const parsed = parseEmail(
      `x@${lower
        .slice(at + 1, whole)
        .replace(domainsEnd, "")
        .replace(fileEnding, "")}`,
    );
    if (parsed.ok) domains.push(emailDomain(parsed.email));
  }
  return domains;
}

/** What JSON says, with every text that holds one of the addresses taken out; the same object where none does. */
export function withoutAddresses(json: unknown, finder: AddressFinder): unknown {
  if (typeof json === "string") return finder.in(json).size > 0 ? erasedText : json;
  if (Array.isArray(json)) {
    const items = json.map((item) => withoutAddresses(item, finder));
    return items.some((item, i) => item !== json[i]) ? items : json;
  }
  if (typeof json !== "object" || json === null) return json;
  const before = Object.entries(json);
  const after = before.map(
    ([key, value]) => [withoutAddresses(key, finder) as string, withoutAddresses(value, finder)] as const,
  );
  const same = after.every(([key, value], i) => key === before[i]![0] && value === before[i]![1]);
  return same ? json : Object.fromEntries(after);
}
