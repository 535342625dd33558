/** Whether Postgres could not write because its disk, or a quota on it, is full. What it was doing is rolled back. */
export function isDiskFull(error: unknown): boolean {
  return (error as { code?: string } | null)?.code === "53100";
}
