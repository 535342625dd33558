// Runs on the machine's own Node, 20 or newer, before anything is installed: no dependencies here.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Node that everything runs on, whatever the machine has. */
export const pinnedNode = join(
  root,
  "node_modules/node/bin",
  process.platform === "win32" ? "node.exe" : "node",
);

const marker = join(root, "node_modules/.roster-installed");
const lockfile = join(root, "pnpm-lock.yaml");

/** The npx command line of the pnpm that package.json pins. */
export function pnpmCommand() {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return ["npx", "-y", packageManager];
}

/**
 * Installs the dependencies unless what is there was made from the same lockfile and manifests on the same system.
 * Everything that pnpm says goes to stderr: stdout belongs to the program that follows.
 *
 * @param {AbortSignal} [stop] ends the installation.
 * @returns {Promise<number>} the exit code: 0 when everything is there.
 */
export async function ensureInstalled(stop) {
  const wanted = fingerprint();
  if (existsSync(pinnedNode) && (read(marker) === wanted || isMadeByHand())) {
    if (read(marker) !== wanted) writeFileSync(marker, wanted);
    return 0;
  }
  console.error("Installing the dependencies (once; half a minute on a cold machine) ...");
  const [command, ...args] = pnpmCommand();
  const code = await run(
    command,
    [...args, "install", "--frozen-lockfile", "--config.confirmModulesPurge=false"],
    stop,
  );
  if (code === 0) {
    writeFileSync(marker, wanted);
    return 0;
  }
  console.error(
    `The dependencies could not be installed (pnpm ended with ${code}; its reason is above). Check the network and npm's registry setting, then run the same command again.`,
  );
  return 1;
}

/** Everything that an installation is made from, and the system that it is made for. */
function fingerprint() {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\n`);
  const manifests = ["apps", "packages"].flatMap((room) =>
    readdirSync(join(root, room))
      .sort()
      .map((name) => join(room, name, "package.json")),
  );
  for (const name of [
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "package.json",
    "bench/package.json",
    "faults/package.json",
    ...manifests,
  ]) {
    hash.update(`${name}\n`).update(read(join(root, name)) ?? "");
  }
  return hash.digest("hex");
}

/** pnpm keeps a copy of the lockfile that it installed: where it is ours, someone ran `pnpm install` by hand. */
function isMadeByHand() {
  return !existsSync(marker) && read(join(root, "node_modules/.pnpm/lock.yaml")) === read(lockfile);
}

function run(command, args, stop) {
  // With NODE_ENV=production pnpm would leave out the pinned Node, which is a development dependency.
  const env = { ...process.env, NODE_ENV: "development" };
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: ["ignore", 2, 2],
      shell: process.platform === "win32",
      signal: stop,
    });
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(code ?? signal));
  });
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
