const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const values = new Map([...alphabet].map((character, value) => [character, value]));

/**
 * ASCII as base64url without padding (RFC 4648), in plain JavaScript: the domain has neither Buffer nor btoa.
 * @throws RangeError for a character outside ASCII, which is a fault of the program
 */
export function toBase64url(ascii: string): string {
  let text = "";
  let held = 0;
  let heldBits = 0;
  for (let i = 0; i < ascii.length; i++) {
    const code = ascii.charCodeAt(i);
    if (code > 0x7f) throw new RangeError(`Not ASCII at ${i}: ${code}`);
    held = (held << 8) | code;
    heldBits += 8;
    while (heldBits >= 6) {
      heldBits -= 6;
      text += alphabet[held >>> heldBits]!;
      held &= (1 << heldBits) - 1;
    }
  }
  return heldBits === 0 ? text : text + alphabet[held << (6 - heldBits)]!;
}

/**
 * The ASCII behind a base64url text.
 * @returns null for anything that `toBase64url` does not write: other characters, padding, bits left over, non-ASCII
 */
export function fromBase64url(text: string): string | null {
  let ascii = "";
  let held = 0;
  let heldBits = 0;
  for (const character of text) {
    const value = values.get(character);
    if (value === undefined) return null;
    held = (held << 6) | value;
    heldBits += 6;
    if (heldBits >= 8) {
      heldBits -= 8;
      const code = held >>> heldBits;
      if (code > 0x7f) return null;
      ascii += String.fromCharCode(code);
      held &= (1 << heldBits) - 1;
    }
  }
  // A sixth held bit is a character too many; a bit that is set stands for nothing.
  return heldBits < 6 && held === 0 ? ascii : null;
}
