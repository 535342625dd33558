/** How many slots the grams of all texts are spread over. Grams that share one only make more to verify. */
export const slotCount = 1 << 14;

/** Stands in front of every text, so that its beginning can be asked for. No text has it: it is a control character. */
const beginning = 0x02;

/** Separates the contacts of a segment. */
const newline = 0x0a;
/** Separates the texts of a contact. */
const tab = 0x09;

/** How many grams of a term are looked up: more would find hardly less. */
const termGrams = 8;

/** The slot of three neighbouring bytes: the high bits of a multiplicative hash (Knuth, TAOCP 6.4). */
function slotOf(a: number, b: number, c: number): number {
  return Math.imul((a << 16) | (b << 8) | c, 0x9e3779b1) >>> 18;
}

/** Stands for no slot. */
const none = 0xffff;

/** Which contact of a segment has which slot: entry n of both lists. Each pair is there once, in the order of the contacts. */
export type ContactSlots = { positions: Uint16Array; slots: Uint16Array };

/**
 * The slots of the grams of every contact.
 * @param texts in UTF-8: a line for each contact, its texts with a tab between them
 */
export function contactSlots(texts: Uint8Array): ContactSlots {
  const positions = new Uint16Array(texts.length);
  const slots = new Uint16Array(texts.length);
  /** By slot, who had it last. */
  const latest = new Uint16Array(slotCount).fill(none);
  let n = 0;
  let position = 0;
  let a = 0;
  let b = beginning;
  for (let i = 0; i < texts.length; i++) {
    const c = texts[i]!;
    if (c === newline || c === tab) {
      if (c === newline) position++;
      a = 0;
      b = beginning;
      continue;
    }
    if (a !== 0) {
      const slot = slotOf(a, b, c);
      if (latest[slot] !== position) {
        latest[slot] = position;
        positions[n] = position;
        slots[n++] = slot;
      }
    }
    a = b;
    b = c;
  }
  return { positions: positions.subarray(0, n), slots: slots.subarray(0, n) };
}

/**
 * Slots that every text with a term in it has.
 * @param term in UTF-8, written as the texts are
 * @param where `begins`: only texts that begin with the term are looked for
 * @returns none where the term is too short to have any
 */
export function termSlots(term: Uint8Array, where: "inside" | "begins"): number[] {
  const bytes = where === "begins" ? [beginning, ...term] : [...term];
  const last = bytes.length - 3;
  const slots = new Set<number>();
  const step = Math.max(1, last / (termGrams - 1));
  for (let at = 0; at <= last; at += step) {
    const i = Math.floor(at);
    slots.add(slotOf(bytes[i]!, bytes[i + 1]!, bytes[i + 2]!));
  }
  return [...slots];
}
