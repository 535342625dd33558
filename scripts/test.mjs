import { delimiter, dirname } from "node:path";
import { pinnedNode, pnpmCommand, root } from "./install.mjs";
import { runCommand } from "./run.mjs";

// Arguments go to vitest: `npm test -- packages/domain`.
await runCommand(() => [...pnpmCommand(), "run", "check", ...process.argv.slice(2)], {
  cwd: root,
  shell: process.platform === "win32",
  env: {
    ...process.env,
    PATH: `${dirname(pinnedNode)}${delimiter}${process.env.PATH}`,
    TURBO_TELEMETRY_DISABLED: "1",
    TURBO_NO_UPDATE_NOTIFIER: "1",
    DO_NOT_TRACK: "1",
  },
});
