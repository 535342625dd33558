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
      const { patch = {}, addToLists = [], removeFromLists = [] } = change;
      const { attributes, ...fields } = patch;
      const names = [...Object.keys(fields), ...Object.keys(attributes ?? {})];
      const parts = [
        ...(names.length > 0 ? [`set ${printable(names.join(", "))}`] : []),
        ...(addToLists.length > 0 ? [`put on ${listWords(addToLists)}`] : []),
        ...(removeFromLists.length > 0 ? [`take off ${listWords(removeFromLists)}`] : []),
      ].join(", ");
      return parts.charAt(0).toUpperCase() + parts.slice(1);
    }
  }
}

function listWords(lists: readonly string[]): string {
  return lists.length === 1 ? "a list" : `${lists.length} lists`;
}

function tagWords(tags: readonly string[]): string {
  return `the ${tags.length === 1 ? "tag" : "tags"} ${printable(tags.join(", "))}`;
}
