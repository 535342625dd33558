import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ended, type RunningRoster, startRoster } from "./running-roster.ts";

let roster: RunningRoster;
const doors: (() => Promise<void>)[] = [];

beforeAll(async () => {
  // Without a worker an import waits for as long as a test likes.
  roster = await startRoster({ worker: false });
});
afterAll(async () => {
  await Promise.all(doors.map((close) => close()));
  await roster?.close();
});

test("the first Ctrl-C says that the import goes on and how to cancel it, the second leaves", async () => {
  const child = roster.start(["import", roster.file("a.csv", "email\na@example.org\n")]);
  const end = ended(child);
  // Progress comes every 5 s where there is no terminal: now the job is being watched.
  await once(child.stderr!, "data", { signal: AbortSignal.timeout(20_000) });
  // A terminal, npm and a script between may each pass the same press on.
  child.kill("SIGINT");
  child.kill("SIGINT");
  await pause(1000);
  expect(child.exitCode).toBeNull();
  child.kill("SIGINT");
  const { code, stderr } = await end;
  expect(code).toBe(130);
  const [job] = await jobs();
  expect(stderr).toContain(`jobs cancel ${job!.id}`);
  expect(stderr.match(/goes on/g)).toHaveLength(1);
  expect(job!.state).toBe("queued");
});

test("a job cancelled elsewhere ends the command that waits for it, with exit code 1", async () => {
  const child = roster.start(["import", roster.file("b.csv", "email\nb@example.org\n"), "--json"]);
  const end = ended(child);
  await until(async () => (await jobs()).length === 2);
  const [job] = await jobs();
  const cancel = await roster.roster(["jobs", "cancel", job!.id]);
  expect(cancel).toMatchObject({ code: 0, stdout: expect.stringContaining("is cancelled") });
  const { code, stdout } = await end;
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ id: job!.id, state: "cancelled" });
  const again = await roster.roster(["jobs", "cancel", job!.id]);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/^The job is cancelled; [^\n]+\n$/) });
});

test("a server that is away for some seconds is waited for", async () => {
  const door = await openDoor(Number(new URL(roster.url).port));
  const file = roster.file("c.csv", "email\nc@example.org\n");
  const child = roster.start(["import", file, "--json"], {
    env: { ROSTER_URL: `http://127.0.0.1:${door.port}` },
  });
  const end = ended(child);
  await until(async () => (await jobs()).length === 3);
  await door.close();
  await pause(2000);
  expect(child.exitCode).toBeNull();
  const [job] = await jobs();
  await roster.roster(["jobs", "cancel", job!.id]);
  await openDoor(Number(new URL(roster.url).port), door.port);
  const { code, stdout, stderr } = await end;
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({ id: job!.id, state: "cancelled" });
});

/** A port that leads to another one; closing it cuts what goes through it, as the end of a server does. */
async function openDoor(to: number, port = 0): Promise<{ port: number; close(): Promise<void> }> {
  const open = new Set<Socket>();
  const door = createServer((incoming) => {
    const outgoing = connect(to, "127.0.0.1");
    for (const socket of [incoming, outgoing]) open.add(socket.on("error", () => {}));
    incoming.pipe(outgoing).pipe(incoming);
  }).listen(port, "127.0.0.1");
  await once(door, "listening");
  const close = async () => {
    for (const socket of open) socket.destroy();
    await new Promise<void>((resolve) => door.close(() => resolve()));
  };
  doors.push(close);
  return { port: (door.address() as AddressInfo).port, close };
}

async function jobs(): Promise<{ id: string; state: string }[]> {
  const { stdout } = await roster.roster(["jobs", "list", "--json"]);
  return JSON.parse(stdout) as { id: string; state: string }[];
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 50) throw new Error("It did not come true in time.");
    await pause(100);
  }
}
