const POLL_MS = 200;

/**
 * Aborts when this process is to stop: SIGTERM, SIGINT (Ctrl+C), SIGHUP (the terminal was closed), and where `watchParent`
 * is set also when the parent has ended, which would otherwise leave a server that nobody knows of.
 */
export function stopSignal(watchParent: boolean): AbortSignal {
  const asked = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    // Ctrl+C comes twice, from the terminal and from the script in front: the second changes nothing.
    process.on(signal, () => asked.abort(signal));
  }
  if (watchParent) {
    const parent = process.ppid;
    const timer = setInterval(() => {
      if (process.ppid !== parent) asked.abort("the process that started it has ended");
    }, POLL_MS);
    timer.unref();
  }
  return asked.signal;
}
