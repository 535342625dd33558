import type { Example, Operation } from "./operation.ts";

/** The first line of an example's request, such as `GET /contacts?limit=20`. */
export function requestLine(operation: Operation, example: Pick<Example, "path" | "query">): string {
  return `${operation.method.toUpperCase()} ${addressOf(operation.path, example)}`;
}

/** The address of an example's request; a parameter of the path that it does not name stays as it is. */
export function addressOf(
  path: string,
  { path: values = {}, query = {} }: Pick<Example, "path" | "query">,
): string {
  const filled = path.replace(/\{(\w+)\}/g, (braced, name: string) =>
    values[name] === undefined ? braced : encodeURIComponent(values[name]),
  );
  const search = new URLSearchParams(query);
  return search.size > 0 ? `${filled}?${search}` : filled;
}
