import type { RosterClient } from "@roster/client/client.ts";
import { type EventProvider, EventSourceWish } from "@roster/domain/events/event-source.ts";
import { z } from "zod";
import { CommandError } from "../command-error.ts";
import type { Settings } from "../config.ts";
import { connect } from "../connection.ts";
import { run } from "../invocation.ts";
import { minuteOf } from "../text/moment.ts";
import { printable, textTable } from "../text/text-table.ts";

const print = (text: string) => void process.stdout.write(`${text}\n`);

export type SettingFlags = {
  topicArn?: string;
  publicKey?: string;
  countMachineOpens?: boolean;
  basicAuth?: boolean;
};
export type SourceFlags = SettingFlags & { name: string; provider: EventProvider; json?: boolean };

type Source = Awaited<ReturnType<RosterClient["eventSources"]["get"]["query"]>>;
type Opened = Awaited<ReturnType<RosterClient["eventSources"]["create"]["mutate"]>>;

/** Makes an address for a provider's webhooks and shows it, the only time that it can be seen. */
export async function createSource(settings: Settings, { json, ...flags }: SourceFlags): Promise<void> {
  const { client, url } = connect(settings);
  const { name, provider } = flags;
  const given = givenSettings(flags);
  if (provider === "ses" && given.topicArn === undefined) {
    throw new CommandError("Say which topic of Amazon SNS may speak here: --topic-arn arn:aws:sns:…", 2);
  }
  const wish = EventSourceWish.safeParse({
    name,
    provider,
    ...(Object.keys(given).length > 0 && { settings: given }),
  });
  if (!wish.success) throw new CommandError(z.prettifyError(wish.error), 2);
  showOpened(await client.eventSources.create.mutate(wish.data), url, json);
}

/** The sources, one a line, with what came to each. */
export async function listSources(settings: Settings, { json }: { json?: boolean }): Promise<void> {
  const { sources } = await connect(settings).client.eventSources.list.query({ limit: 100 });
  if (json) return print(JSON.stringify(sources));
  if (sources.length === 0) {
    return print(
      `There is no event source yet. Make one: ${run} event-sources create --provider postmark NAME`,
    );
  }
  const head = ["name", "provider", "address", "last came", "accepted", "failed", "refused", "id"];
  print(textTable([head, ...sources.map(sourceRow)]));
  for (const { name, lastError } of sources) {
    if (lastError === null) continue;
    print(`${printable(name, 32)}, ${minuteOf(lastError.at)}: ${printable(lastError.message, 200)}`);
  }
}

function sourceRow({ id, name, provider, beginning, lastReceivedAt, received }: Source): string[] {
  const came = lastReceivedAt === null ? "never" : minuteOf(lastReceivedAt);
  const counts = [received.accepted, received.failed, received.refused].map(String);
  return [printable(name, 32), provider, `${beginning}…`, came, ...counts, id];
}

/** Changes a source's name or settings; its address stays. */
export async function updateSource(
  settings: Settings,
  id: string,
  { json, name, ...flags }: SettingFlags & { name?: string; json?: boolean },
): Promise<void> {
  const given = givenSettings(flags);
  const source = await connect(settings).client.eventSources.update.mutate({
    id,
    ...(name !== undefined && { name }),
    ...(Object.keys(given).length > 0 && { settings: given }),
  });
  print(json ? JSON.stringify(source) : `${printable(source.name, 100)} is changed.`);
}

/** Gives a source another address and shows it, the only time that it can be seen. */
export async function rotateSource(
  settings: Settings,
  id: string,
  { json }: { json?: boolean },
): Promise<void> {
  const { client, url } = connect(settings);
  showOpened(await client.eventSources.rotate.mutate({ id }), url, json);
}

export async function deleteSource(settings: Settings, id: string): Promise<void> {
  await connect(settings).client.eventSources.delete.mutate({ id });
  print("The event source is deleted. Its events stay.");
}

/** The last line of the output is the address, or JSON. */
function showOpened(opened: Opened, url: string, json: boolean | undefined): void {
  const address = new URL(opened.path, url);
  if (opened.user !== null && opened.password !== null) {
    address.username = opened.user;
    address.password = opened.password;
  }
  if (json) {
    print(JSON.stringify({ ...opened, address: address.href }));
    return;
  }
  process.stderr.write(
    "This address is shown once. Give it to the provider, with the host by which it reaches this server.\n",
  );
  print(address.href);
}

function givenSettings({ topicArn, publicKey, countMachineOpens, basicAuth }: SettingFlags) {
  return {
    ...(topicArn !== undefined && { topicArn }),
    ...(publicKey !== undefined && { publicKey }),
    ...(countMachineOpens !== undefined && { countMachineOpens }),
    ...(basicAuth !== undefined && { basicAuth }),
  };
}
