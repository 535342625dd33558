import { contactSlots, slotCount } from "./search-gram.ts";

/** At most so many contacts are a segment: their positions fit into two bytes. */
export const segmentLimit = 32_768;

/** Slots that are kept together: what is read for one of them is small, and a segment is not too many rows. */
const shelfSlots = 16;

const shelfCount = slotCount / shelfSlots;

/** The number of contacts, then the number of positions in each slot, two bytes each. */
const headerBytes = 2 + shelfSlots * 2;

/** On which shelf a slot is. */
export function shelfOf(slot: number): number {
  return Math.floor(slot / shelfSlots);
}

/**
 * Which contacts of a segment have which grams: an inverted index, cut into shelves. A slot that many contacts have is a
 * bitmap, one that few have a list of positions, whichever is shorter.
 * @param texts as `contactSlots` takes them
 * @param contacts how many there are, at most `segmentLimit`
 * @returns the shelves that are not empty, by their numbers
 */
export function buildShelves(texts: Uint8Array, contacts: number): Map<number, Uint8Array> {
  const { positions, slots } = contactSlots(texts);
  // Sorted by slot, by counting: the positions of each stay in order.
  const starts = new Uint32Array(slotCount + 1);
  for (let n = 0; n < slots.length; n++) starts[slots[n]! + 1]!++;
  for (let slot = 0; slot < slotCount; slot++) starts[slot + 1]! += starts[slot]!;
  const ends = starts.slice(0, slotCount);
  const sorted = new Uint16Array(positions.length);
  for (let n = 0; n < slots.length; n++) sorted[ends[slots[n]!]!++] = positions[n]!;

  const shelves = new Map<number, Uint8Array>();
  for (let shelf = 0; shelf < shelfCount; shelf++) {
    const lists = Array.from({ length: shelfSlots }, (_, i) => {
      const slot = shelf * shelfSlots + i;
      return sorted.subarray(starts[slot]!, starts[slot + 1]!);
    });
    if (lists.some((list) => list.length > 0)) shelves.set(shelf, writeShelf(lists, contacts));
  }
  return shelves;
}

function writeShelf(lists: readonly Uint16Array[], contacts: number): Uint8Array {
  const bytes = new Uint8Array(lists.reduce((sum, list) => sum + sizeOf(list.length, contacts), headerBytes));
  write16(bytes, 0, contacts);
  let at = headerBytes;
  for (const [i, list] of lists.entries()) {
    write16(bytes, 2 + i * 2, list.length);
    if (isDense(list.length, contacts)) writeBitmap(bytes, at, list);
    else for (let n = 0; n < list.length; n++) write16(bytes, at + n * 2, list[n]!);
    at += sizeOf(list.length, contacts);
  }
  return bytes;
}

function writeBitmap(bytes: Uint8Array, at: number, list: Uint16Array): void {
  for (let n = 0; n < list.length; n++) bytes[at + (list[n]! >>> 3)]! |= 1 << (list[n]! & 7);
}

/**
 * The positions of the contacts that have all of these slots, in order: those that may hold a term.
 * @param slots each with its shelf; undefined where the segment has no such shelf
 */
export function positionsIn(slots: readonly { slot: number; shelf: Uint8Array | undefined }[]): number[] {
  let common: Uint8Array | null = null;
  for (const { slot, shelf } of slots) {
    if (shelf === undefined) return [];
    const own = bitmapOf(shelf, slot % shelfSlots);
    if (common === null) common = own;
    else for (let i = 0; i < own.length; i++) common[i]! &= own[i]!;
  }
  const positions: number[] = [];
  for (const [i, byte] of (common ?? new Uint8Array()).entries()) {
    if (byte === 0) continue;
    for (let bit = 0; bit < 8; bit++) if ((byte & (1 << bit)) !== 0) positions.push(i * 8 + bit);
  }
  return positions;
}

/** The positions of one slot of a shelf, a bit for each contact of the segment. */
function bitmapOf(shelf: Uint8Array, index: number): Uint8Array {
  const contacts = read16(shelf, 0);
  let at = headerBytes;
  for (let i = 0; i < index; i++) at += sizeOf(read16(shelf, 2 + i * 2), contacts);
  const count = read16(shelf, 2 + index * 2);
  if (isDense(count, contacts)) return shelf.slice(at, at + sizeOf(count, contacts));
  const bitmap = new Uint8Array((contacts + 7) >>> 3);
  for (let n = 0; n < count; n++) {
    const position = read16(shelf, at + n * 2);
    bitmap[position >>> 3]! |= 1 << (position & 7);
  }
  return bitmap;
}

const isDense = (count: number, contacts: number) => count * 2 > (contacts + 7) >>> 3;

const sizeOf = (count: number, contacts: number) => Math.min(count * 2, (contacts + 7) >>> 3);

function write16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value & 0xff;
  bytes[at + 1] = value >>> 8;
}

function read16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}
