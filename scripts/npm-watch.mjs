// npm dies at SIGTERM without passing it on, and leaves what it started running. So the script in front of the program
// looks, from its first moment, whether the npm above it still lives.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const POLL_MS = 200;
const SHELLS = /^-?(sh|bash|dash|ash|zsh|busybox)$/;

/**
 * @param {() => void} gone called once, when npm or the shell between us and npm has ended. Never where npm did not start us.
 */
export function watchNpm(gone) {
  if (process.env.npm_lifecycle_event === undefined || process.platform === "win32") return;
  const above = ancestors();
  const timer = setInterval(() => {
    const [parent, npm] = above;
    if (process.ppid === parent && (npm === undefined || parentOf(parent).pid === npm)) return;
    clearInterval(timer);
    gone();
  }, POLL_MS);
  timer.unref();
}

/** Our parent, and if that is the shell that npm runs its scripts in, also npm. */
function ancestors() {
  const parent = process.ppid;
  return SHELLS.test(nameOf(parent)) ? [parent, parentOf(parent).pid] : [parent];
}

function nameOf(pid) {
  return ask(pid, "comm").split("/").pop();
}

function parentOf(pid) {
  if (process.platform !== "linux") return { pid: Number(ask(pid, "ppid")) };
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return { pid: Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) };
  } catch {
    return { pid: 0 };
  }
}

function ask(pid, field) {
  try {
    if (process.platform === "linux" && field === "comm")
      return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
    return execFileSync("ps", ["-o", `${field}=`, "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}
