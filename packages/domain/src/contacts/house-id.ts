import { isUuid } from "./contact-id.ts";

const prefix = "con_";
const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const hexDigits = "0123456789abcdef";
const values = digitValues();
/** Two digits of each ten bits: half the pieces of which an id is put together. */
const pairs = [...digits].flatMap((first) => [...digits].map((second) => first + second));
const hyphen = "-".charCodeAt(0);
const nine = "9".charCodeAt(0);

/** The value of a digit by its code; -1 for what is none. */
function digitValues(): Int8Array {
  const values = new Int8Array(128).fill(-1);
  const set = (digit: string, value: number) => {
    for (const form of [digit, digit.toLowerCase()]) values[form.charCodeAt(0)] = value;
  };
  for (const [value, digit] of [...digits].entries()) set(digit, value);
  for (const [alias, value] of [
    ["I", 1],
    ["L", 1],
    ["O", 0],
  ] as const)
    set(alias, value);
  return values;
}

/**
 * A contact's UUID as the house dialect shows it: `con_` and 26 digits of Crockford's base 32, upper case. They sort as
 * the UUIDs do.
 * @throws RangeError when it is no UUID, which is a fault of the program
 */
export function toHouseId(uuid: string): string {
  if (!isUuid(uuid)) throw new RangeError(`Not a UUID: ${uuid}`);
  let text = prefix;
  // 130 bits for 128: two zero bits in front, then ten at a time.
  let held = 0;
  let heldBits = 2;
  for (let i = 0; i < uuid.length; i++) {
    const unit = uuid.charCodeAt(i);
    if (unit === hyphen) continue;
    // A digit has its value in the low bits, a letter of either case nine less than its own.
    held = (held << 4) | (unit <= nine ? unit & 15 : (unit & 15) + 9);
    heldBits += 4;
    if (heldBits >= 10) {
      heldBits -= 10;
      text += pairs[held >>> heldBits]!;
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
  for (let i = prefix.length; i < text.length; i++) {
    const value = values[text.charCodeAt(i)] ?? -1;
    // The first digit carries three bits only.
    if (value < 0 || (i === prefix.length && value > 7)) return null;
    held = (held << 5) | value;
    heldBits += 5;
    while (heldBits >= 4) {
      heldBits -= 4;
      hex += hexDigits[held >>> heldBits]!;
      held &= (1 << heldBits) - 1;
    }
  }
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The UUID of the contact that an id means, in any of the forms that are UUIDs inside; null for anything else. */
export function readContactId(text: string): string | null {
  return isUuid(text) ? text.toLowerCase() : fromHouseId(text);
}
