import { runProgram } from "./run.mjs";

await runProgram("faults/main.ts");
