import { runProgram } from "./run.mjs";

await runProgram("apps/cli/src/main.ts");
