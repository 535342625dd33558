const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const secretBytes = 32;
/** 62^43 is the first power of 62 above 2^256. */
const secretDigits = 43;

/** What a text of `secretText` matches. */
export const secretForm = "[0-9A-Za-z]{43}";

/**
 * A secret as its owner sees it: 43 digits of base 62.
 * @param random 32 fresh random bytes
 * @throws RangeError for another number of bytes, which is a fault of the program
 */
export function secretText(random: Uint8Array): string {
  if (random.length !== secretBytes)
    throw new RangeError(`A secret needs ${secretBytes} random bytes, not ${random.length}`);
  let number = 0n;
  for (const byte of random) number = (number << 8n) | BigInt(byte);
  let text = "";
  for (let i = 0; i < secretDigits; i++) {
    text = digits[Number(number % 62n)]! + text;
    number /= 62n;
  }
  return text;
}
