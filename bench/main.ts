import { type Order, readCommandLine, UsageError, usage } from "./command-line.ts";
import { describeMachine, machineLine } from "./machine.ts";
import { printTable } from "./table.ts";
import { openWorkbench } from "./workbench.ts";

const order = readOrder();
if (order.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const bench = await openWorkbench();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, async () => {
    await bench.close();
    process.exit(130);
  });
}
try {
  const machine = await describeMachine(bench.sql);
  const { json, tables } = await order.command.run(bench, order.options);
  if (order.json) {
    process.stdout.write(`${JSON.stringify({ benchmark: order.name, machine, ...json })}\n`);
  } else {
    process.stdout.write(`${machineLine(machine)}\n\n`);
    for (const table of tables) printTable(table);
  }
} finally {
  await bench.close();
}

function readOrder(): Order {
  try {
    return readCommandLine(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}
