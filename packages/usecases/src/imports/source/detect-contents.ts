import { type ColumnContent, contentOf } from "@roster/domain/imports/column-content.ts";
import { readBeginning } from "./beginning.ts";
import type { OpenSource, SourceShape } from "./shape.ts";

/** What the cells of a CSV's columns tell, by its first records; broken ones say nothing. */
export async function detectContents(
  open: OpenSource,
  shape: SourceShape & { headers: string[] },
): Promise<(ColumnContent | null)[]> {
  const { records } = await readBeginning(open, shape);
  const rows = records.flatMap(({ cells, problem }) =>
    cells === undefined || problem !== undefined ? [] : [cells],
  );
  return shape.headers.map((_, i) => contentOf(rows.map((cells) => cells[i] ?? "")));
}
