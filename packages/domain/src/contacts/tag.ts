import { isStorable, storableText } from "../text/text.ts";

/** Most tags of one contact, by the wire contract. */
export const tagLimit = 50;

/** Most characters of one tag; ours. */
export const tagLength = 128;

export type TagProblem = { code: "too_many_tags" | "tag_too_long" | "tag_not_storable"; message: string };

/** Tags as they are kept: trimmed, without empty ones and repeats (case counts), in the order given. */
export function normalizeTags(tags: readonly string[]): string[] {
  if (tags.length === 1) {
    const only = tags[0]!.trim();
    return only === "" ? [] : [only];
  }
  const kept = new Set<string>();
  for (const tag of tags) {
    const trimmed = tag.trim();
    if (trimmed !== "") kept.add(trimmed);
  }
  return [...kept];
}

/**
 * The kept tags with others behind them.
 * @param current tags as they are kept
 * @param added as somebody wrote them
 * @returns `current` itself when nothing is new, so that callers compare by identity
 */
export function addTags(current: readonly string[], added: readonly string[]): readonly string[] {
  const fresh = normalizeTags(added).filter((tag) => !current.includes(tag));
  return fresh.length === 0 ? current : [...current, ...fresh];
}

/** Why tags, normalised, cannot be a contact's tags; null if they can. Check what was added once more when merged. */
export function checkTags(tags: readonly string[]): TagProblem | null {
  if (tags.length > tagLimit) {
    const message = `There are ${tags.length} tags, and a contact has at most ${tagLimit}. Remove some.`;
    return { code: "too_many_tags", message };
  }
  for (const tag of tags) {
    if (tag.length > tagLength) {
      const shown = storableText(tag, 40);
      const message = `The tag ${shown}… is longer than ${tagLength} characters. Shorten it.`;
      return { code: "tag_too_long", message };
    }
    if (!isStorable(tag)) {
      const shown = storableText(tag, tagLength);
      return {
        code: "tag_not_storable",
        message: `The tag ${shown} holds a NUL or half a character. Remove it.`,
      };
    }
  }
  return null;
}

const separators = /[;|,]/;

/** Tags, as they are kept, in one cell of a file: with `;` between them, or as a JSON list where they would be misread so. */
export function tagCell(tags: readonly string[]): string {
  const joined = tags.join(";");
  return joined.startsWith("[") || tags.some((tag) => separators.test(tag)) ? JSON.stringify(tags) : joined;
}

/**
 * The tags in one cell of a file, normalised: a JSON list of texts, as `tagCell` writes some; any other cell is split at `;`, `|` and `,`. A comma separates only in a quoted cell, but the
 * parser has taken the quotes off; where commas delimit the columns an unquoted cell cannot hold one, and in
 * files with other delimiters people write `lead, webinar` without quotes and mean two.
 */
export function splitTagCell(cell: string): string[] {
  return normalizeTags(listOf(cell) ?? cell.split(separators));
}

function listOf(cell: string): string[] | null {
  if (!cell.startsWith("[")) return null;
  try {
    const list: unknown = JSON.parse(cell);
    return Array.isArray(list) && list.every((tag) => typeof tag === "string") ? list : null;
  } catch {
    return null;
  }
}
