import { availableParallelism, cpus, totalmem } from "node:os";
import type { Sql } from "@roster/store/open.ts";

export type Machine = {
  cpu: string;
  cores: number;
  memoryGigabytes: number;
  node: string;
  postgres: string;
};

/** On what the figures were measured: they mean little without. */
export async function describeMachine(sql: Sql): Promise<Machine> {
  const [row] = await sql<[{ version: string }]>`select current_setting('server_version') as version`;
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    postgres: row.version,
  };
}

export function machineLine({ cpu, cores, memoryGigabytes, node, postgres }: Machine): string {
  return `${cores} cores of ${cpu}, ${memoryGigabytes} GB, Node ${node}, PostgreSQL ${postgres}`;
}
