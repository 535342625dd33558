/** Below so many characters a search matches beginnings only: inside, nearly everything would hold them. */
const insideLength = 3;

/**
 * How a list's search is meant: in small letters, inside a text from three characters on, shorter ones at its beginning.
 */
export function searchTerm(search: string): { text: string; where: "inside" | "begins" } {
  const text = search.toLowerCase();
  return { text, where: [...text].length >= insideLength ? "inside" : "begins" };
}
