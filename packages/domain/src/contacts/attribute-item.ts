import { readTimeText } from "../segments/segment-time.ts";
import type { Json } from "./attributes.ts";

/** What a comparison finds in an attribute: a list's items, else the value itself. */
export function itemsOf(value: Json | undefined): readonly (Json | undefined)[] {
  return Array.isArray(value) ? value : [value];
}

/** Whether an attribute says nothing: it is not there, or an empty text, list or object. */
export function isEmptyAttribute(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** An item as a text; null for what is no text, number or boolean. */
export function itemText(item: Json | undefined): string | null {
  if (typeof item === "string") return item;
  if (typeof item === "boolean") return String(item);
  return typeof item === "number" ? plainNumber(item) : null;
}

/** The texts that are numbers too, as a file has them: without spaces, separators of thousands or exponents. */
export const numberPattern = "^[+-]?[0-9]{1,30}(?:[.][0-9]{1,30})?$";
const isNumber = new RegExp(numberPattern);

/** An item as a number; null for what is none. */
export function itemNumber(item: Json | undefined): number | null {
  if (typeof item === "number") return item;
  return typeof item === "string" && isNumber.test(item) ? Number(item) : null;
}

/** An item as a time in ms since 1970; null for what is none. */
export function itemTime(item: Json | undefined): number | null {
  return typeof item === "string" ? readTimeText(item) : null;
}

/** A number as its digits, without an exponent, as PostgreSQL writes what JSON has of it. */
export function plainNumber(number: number): string {
  const text = JSON.stringify(number);
  const [, sign, whole, fraction = "", exponent] = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (whole === undefined) return text;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return `${sign}${digits.slice(0, point).padEnd(point, "0")}${digits.length > point ? `.${digits.slice(point)}` : ""}`;
}
