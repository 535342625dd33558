import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of its own, so small that it can be filled. */
export type SmallDisk = {
  dir: string;
  /** Fills it but for so many bytes. */
  fill(leaving: number): void;
  /** Gives the room back. */
  clear(): void;
  remove(): void;
};

/** Mounts a file system in memory. @returns null where that is not allowed: it takes Linux and root */
export function makeSmallDisk(megabytes: number): SmallDisk | null {
  const dir = mkdtempSync(join(tmpdir(), "roster-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=711`, "tmpfs", dir], {
      stdio: "ignore",
    });
  } catch {
    rmSync(dir, { recursive: true });
    return null;
  }
  const ballast = join(dir, "ballast");
  const clear = () => rmSync(ballast, { force: true });
  return {
    dir,
    fill(leaving) {
      const zeros = Buffer.alloc(4096);
      const file = openSync(ballast, "a");
      const free = () => {
        const { bavail, bsize } = statfsSync(dir);
        return bavail * bsize;
      };
      while (free() > leaving) writeSync(file, zeros);
      closeSync(file);
    },
    clear,
    remove() {
      execFileSync("umount", [dir]);
      rmSync(dir, { recursive: true });
    },
  };
}
