import { runProgram } from "./run.mjs";

await runProgram("apps/launcher/src/main.ts");
