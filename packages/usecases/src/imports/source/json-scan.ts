/** Where the scan of a JSON value stands; a value that spans blocks carries it on. */
export type JsonScan = { depth: number; inString: boolean };

const space = [0x20, 0x09, 0x0a, 0x0d];

/**
 * Follows a JSON value to its end by brackets and quotes alone; whether it is valid is JSON.parse's to say.
 * @param state changed in place
 * @returns the index behind the value, or minus one minus the index to go on at when the bytes ended first
 */
export function scanJsonValue(bytes: Uint8Array, from: number, state: JsonScan): number {
  let { depth, inString } = state;
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at]!;
    if (inString) {
      if (byte === 0x5c) {
        if (at + 1 === bytes.length) break; // what is escaped is in the next block
        at += 2;
        continue;
      }
      at++;
      if (byte !== 0x22) continue;
      inString = false;
      if (depth === 0) return at;
    } else if (byte === 0x22) {
      inString = true;
      at++;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth++;
      at++;
    } else if (byte === 0x7d || byte === 0x5d) {
      if (depth === 0) return at;
      at++;
      if (--depth === 0) return at;
    } else if (depth === 0 && (byte === 0x2c || space.includes(byte))) {
      return at;
    } else {
      at++;
    }
  }
  state.depth = depth;
  state.inString = inString;
  return -1 - at;
}

/** The index behind white space. */
export function skipJsonSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && space.includes(bytes[at]!)) at++;
  return at;
}
