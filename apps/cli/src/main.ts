import { enableCompileCache } from "node:module";

// Each start would strip and compile the same sources anew: 0.5 s of CPU instead of 0.2 s.
enableCompileCache();
const { runCommandLine } = await import("./command-line.ts");

// “roster … | head” closes our output: that is the reader's right, and no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

process.exitCode = await runCommandLine();
