/**
 * One press of Ctrl-C arrives up to three times: the terminal sends it to the whole group of processes, and npm and the script
 * between pass theirs on. People need longer than this, in ms, to press it again.
 */
const samePressMs = 400;

/**
 * Calls `ask` at the first Ctrl-C instead of ending the process; the second one ends it at once, with the exit code that a
 * shell gives to SIGINT.
 * @returns what takes it back
 */
export function onInterrupt(ask: () => void): () => void {
  let asked: number | null = null;
  const listener = () => {
    if (asked === null) {
      asked = performance.now();
      ask();
    } else if (performance.now() - asked > samePressMs) {
      process.exit(130);
    }
  };
  process.on("SIGINT", listener);
  return () => process.off("SIGINT", listener);
}
