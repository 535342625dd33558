import type { ContactChange } from "@roster/client/client.ts";
import { printable } from "./text-table.ts";

/** A change of many contacts in words, such as “Add the tags vip, june”. */
export function changeWords(change: ContactChange): string {
  switch (change.action) {
    case "subscribe":
      return "Subscribe";
    case "unsubscribe":
      return "Unsubscribe";
    case "delete":
      return "Delete";
    case "add_tags":
      return `Add ${tagWords(change.tags)}`;
    case "remove_tags":
      return `Remove ${tagWords(change.tags)}`;
    case "update": {
      const { attributes, ...fields } = change.patch;
      return `Set ${printable([...Object.keys(fields), ...Object.keys(attributes ?? {})].join(", "))}`;
    }
  }
}

function tagWords(tags: readonly string[]): string {
  return `the ${tags.length === 1 ? "tag" : "tags"} ${printable(tags.join(", "))}`;
}
