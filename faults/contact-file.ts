import { Chance } from "./chance.ts";

/** A CSV of which the order of the rows matters, and the contacts that are there before it comes. */
export type ContactFile = { name: string; rows: number; base: Buffer; csv: Buffer };

const header = "email,externalId,firstName,plan,tags,status\n";
const stricter = ["unsubscribed", "bounced", "complained"];

/**
 * The file that a seed decides: new contacts, repeats near and far with and without changes, addresses that move with
 * their externalId, conflicts of two contacts, statuses that get stricter and some that try to loosen them, and rows that
 * fail. A tenth of its people are there before, so that their before-images are kept too.
 */
export function contactFile(name: string, rows: number, seed: number): ContactFile {
  const chance = new Chance(seed, name);
  let people = 0;
  let csv = header;
  for (let row = 0; row < rows; row++) {
    if (people < 10 || chance.next() < 0.55) csv += newcomer(people++, chance);
    else csv += repeat(people, row, chance);
  }
  let base = header;
  for (let n = 0; n < people; n += 10) base += `p${n}@example.com,${externalId(n)},Before,old,early,\n`;
  return { name, rows, base: Buffer.from(base), csv: Buffer.from(csv) };
}

/** Every third person has one. */
function externalId(n: number): string {
  return n % 3 === 0 ? `x${n}` : "";
}

function newcomer(n: number, chance: Chance): string {
  const status = chance.next() < 0.03 ? "unsubscribed" : "";
  return `p${n}@example.com,${externalId(n)},Ana${n % 97},free,"vip;new",${status}\n`;
}

function repeat(people: number, row: number, chance: Chance): string {
  const near = people - 1 - chance.below(Math.min(people, 60));
  const far = chance.below(people);
  const known = 3 * chance.below(Math.ceil(people / 3));
  const kind = chance.below(100);
  if (kind < 25) return `p${near}@example.com,,Again${row},,near,\n`;
  if (kind < 42) return `p${far}@example.com,,,plan${row % 5},far,\n`;
  if (kind < 55) return `P${far}@Example.com ,,,,,\n`;
  // The third address of its own; some of them were given up by the same person before.
  if (kind < 72) return `p${known}.${chance.below(4)}@example.com,x${known},,,moved,\n`;
  if (kind < 78) return `p${known}@example.com,x${3 * chance.below(Math.ceil(people / 3))},Wrong,,,\n`;
  if (kind < 88) return `p${far}@example.com,,,,,${stricter[chance.below(3)]}\n`;
  if (kind < 93) return `p${near}@example.com,,Back${row},,,active\n`;
  if (kind < 96) return `broken${row},,Eve,pro,,\n`;
  if (kind < 98) return `p${far}@example.com,,,,,gone\n`;
  return `p${far}@example.com,,Extra,,,,cell too many\n`;
}
