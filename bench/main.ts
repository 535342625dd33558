import { parseArgs } from "node:util";
import { benchImport } from "./import.ts";

const usage = `Usage: npm run bench -- import [--rows 1000000] [--json]

  import   the import against COPY of the same rows: rows/s, ratios, CPU seconds, peak memory

Runs an installation of its own in a temporary directory and removes it. Nothing else should run meanwhile.
`;

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    rows: { type: "string", default: "1000000" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const rows = Number(values.rows);
if (values.help || positionals[0] !== "import" || !Number.isInteger(rows) || rows < 1) {
  process.stderr.write(usage);
  process.exit(values.help ? 0 : 2);
}
await benchImport({ rows, json: values.json });
