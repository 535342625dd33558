import { createSocket } from "node:dgram";
import { once } from "node:events";
import packets from "dns-packet";

type Silence = "silence";
/** What a name has; a name that is not in the zone does not exist. */
type Records = { MX?: [preference: number, exchange: string][]; A?: string; AAAA?: string };
export type Zone = Record<string, Records | "SERVFAIL" | "REFUSED" | Silence>;

export type DnsServer = {
  /** With its port. */
  address: string;
  /** Questions that came so far. */
  questions(): number;
  stop(): Promise<void>;
};

// The library writes the lower four bits of the flags as they are: there the answer's code stands.
const codes = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };

/** A name server on 127.0.0.1 that knows one zone. Names below a silent one are silent too. */
export async function startDnsServer(zone: Zone): Promise<DnsServer> {
  const socket = createSocket("udp4");
  let questions = 0;
  socket.on("message", (message, from) => {
    questions++;
    const { id, questions: [question] = [] } = packets.decode(message);
    const name = question!.name.toLowerCase();
    const kept = zone[name] ?? (name.endsWith(".slow.example") ? "silence" : "NXDOMAIN");
    const type = question!.type as keyof Records;
    if (kept === "silence") return;
    const value = typeof kept === "string" ? undefined : kept[type];
    if (value === "silence") return;
    const code = typeof kept === "string" ? codes[kept] : 0;
    const answer = packets.encode({
      id,
      type: "response",
      flags: packets.RECURSION_DESIRED | packets.RECURSION_AVAILABLE | code,
      questions: [question!],
      answers: answersOf(name, type, value),
    });
    socket.send(answer, from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions: () => questions,
    async stop() {
      socket.close();
      await once(socket, "close");
    },
  };
}

function answersOf(name: string, type: keyof Records, value: Records[keyof Records]): packets.Answer[] {
  if (value === undefined) return [];
  if (typeof value === "string") return [{ name, type: type as "A" | "AAAA", ttl: 60, data: value }];
  return value.map(([preference, exchange]) => {
    return { name, type: "MX" as const, ttl: 60, data: { preference, exchange } };
  });
}
