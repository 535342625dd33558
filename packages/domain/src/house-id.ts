import { isUuid } from "./contact-id.ts";

const prefix = "con_";
const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const values = digitValues();
const hyphen = "-".charCodeAt(0);
const nine = "9".charCodeAt(0);

function digitValues(): ReadonlyMap<string, number> {
  const map = new Map([...digits].map((digit, value) => [digit, value]));
  for (const [alias, digit] of ["I1", "L1", "O0"]) map.set(alias!, map.get(digit!)!);
  for (const [digit, value] of [...map]) map.set(digit.toLowerCase(), value);
  return map;
}

/**
 * A contact's UUID as the house dialect shows it: `con_` and 26 digits of Crockford's base 32, upper case. They sort as
 * the UUIDs do.
 * @throws RangeError when it is no UUID, which is a fault of the program
 */
export function toHouseId(uuid: string): string {
  if (!isUuid(uuid)) throw new RangeError(`Not a UUID: ${uuid}`);
  let text = prefix;
  // 130 bits for 128: two zero bits in front, then five at a time.
  let held = 0;
  let heldBits = 2;
  for (let i = 0; i < uuid.length; i++) {
    const unit = uuid.charCodeAt(i);
    if (unit === hyphen) continue;
    // A digit has its value in the low bits, a letter of either case nine less than its own.
    held = (held << 4) | (unit <= nine ? unit & 15 : (unit & 15) + 9);
    heldBits += 4;
    if (heldBits >= 5) {
      heldBits -= 5;
      text += digits[held >>> heldBits]!;
      held &= (1 << heldBits) - 1;
    }
  }
  return text;
}

/**
 * The UUID behind a house id, in lower case. Digits in lower case are read too, and i and l as 1, o as 0.
 * @returns null when it is none: another prefix, another length, another character, more than 128 bits
 */
export function fromHouseId(text: string): string | null {
  if (text.length !== prefix.length + 26 || !text.startsWith(prefix)) return null;
  let hex = "";
  let held = 0;
  let heldBits = -2;
  for (const digit of text.slice(prefix.length)) {
    const value = values.get(digit);
    if (value === undefined) return null;
    held = (held << 5) | value;
    heldBits += 5;
    // The first digit carries three bits only.
    if (hex === "" && heldBits === 3 && value > 7) return null;
    while (heldBits >= 4) {
      heldBits -= 4;
      hex += (held >>> heldBits).toString(16);
      held &= (1 << heldBits) - 1;
    }
  }
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The UUID of the contact that an id means, in any of the forms that are UUIDs inside; null for anything else. */
export function readContactId(text: string): string | null {
  return isUuid(text) ? text.toLowerCase() : fromHouseId(text);
}
