import { existsSync } from "node:fs";
import { pinnedNode } from "./install.mjs";
import { runProgram } from "./run.mjs";

// Where nothing is installed nothing runs, and a stop must not begin with an installation.
if (existsSync(pinnedNode)) await runProgram("apps/launcher/src/main.ts", ["stop"]);
else console.log("No Roster is installed here, so none is running from here.");
