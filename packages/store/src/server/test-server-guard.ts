/**
 * Watches over one test server: `node test-server-guard.ts <data dir>`. Its input is a pipe that nobody writes to; it
 * closes when the test process ends, be it by kill -9, and then the server is stopped and the directory removed.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { livePostmaster, readPostmaster } from "./postmaster-file.ts";

const dataDir = process.argv[2]!;
const clusterDir = join(dataDir, "postgres");

process.stdin.resume();
process.stdin.once("end", async () => {
  const socketDir = readPostmaster(clusterDir)?.socketDir;
  for (let pid = livePostmaster(clusterDir); pid !== null; pid = livePostmaster(clusterDir)) {
    process.kill(pid, "SIGQUIT");
    await delay(50);
  }
  rmSync(dataDir, { recursive: true, force: true });
  if (socketDir) rmSync(socketDir, { recursive: true, force: true });
});
