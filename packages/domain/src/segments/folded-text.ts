/**
 * A text without the difference between capital and small letters: character by character, as Unicode maps each to a small
 * letter. It is the same in every language, keeps the number of characters, and brings nothing into ASCII from outside, so
 * that a database needs no rules of a language to do the same: `İ`, whose small letter is two characters, the Kelvin sign and
 * accents that stand by themselves stay as they are.
 */
export function foldedText(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  let folded = "";
  for (const character of text) folded += foldedCharacter(character);
  return folded;
}

function foldedCharacter(character: string): string {
  if (character <= "\x7f") return character.toLowerCase();
  const small = character.toLowerCase();
  return small > "\x7f" && small.length === character.length ? small : character;
}

/** Behind this no character has another case (Unicode 17). */
const lastCased = 0x1e943;

let capitals: ReadonlyMap<string, string> | undefined;

/** The characters outside ASCII that fold into a given one, in one text. @param character folded */
export function capitalsOf(character: string): string {
  capitals ??= allCapitals();
  return capitals.get(character) ?? "";
}

function allCapitals(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let point = 0x80; point <= lastCased; point++) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const character = String.fromCodePoint(point);
    const folded = foldedCharacter(character);
    if (folded !== character) found.set(folded, (found.get(folded) ?? "") + character);
  }
  return found;
}
