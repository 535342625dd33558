/** The values of an option that may be given more than once, for commander. */
export function repeated(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
