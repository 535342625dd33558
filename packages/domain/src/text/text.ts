/**
 * Length of a text in UTF-8, in octets, without encoding it: the domain has no TextEncoder. A lone surrogate counts
 * as the three octets of U+FFFD, which is what an encoder would write.
 */
export function octets(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) {
      count += 1;
    } else if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) {
      // Two code units become four octets.
      count += 2;
      i++;
    } else {
      count += 2;
    }
  }
  return count;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/** Whether Postgres can keep a text as it is: it refuses NUL, and a lone surrogate has no form in UTF-8. */
export function isStorable(text: string): boolean {
  if (text.length > 40) return !text.includes("\0") && text.isWellFormed();
  // Nearly every text is short, and then a loop costs a sixth of the two calls.
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0) return false;
    if (unit >= 0xd800 && unit < 0xe000) return !text.includes("\0") && text.isWellFormed();
  }
  return true;
}

/** The beginning of a text as Postgres can keep it: U+FFFD stands for NUL and lone surrogates, also one that the cut leaves. */
export function storableText(text: string, limit: number): string {
  return text.slice(0, limit).replaceAll("\0", "\uFFFD").toWellFormed();
}
