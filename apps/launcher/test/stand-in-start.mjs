import { runProgram } from "../../../scripts/run.mjs";

await runProgram("apps/launcher/test/stand-in.ts");
