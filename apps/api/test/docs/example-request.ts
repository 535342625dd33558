import { addressOf } from "../../src/docs/example-address.ts";
import type { Example, Operation } from "../../src/docs/operation.ts";
import type { CallOptions } from "../running-api.ts";
import { type ExampleWorld, translated } from "./example-world.ts";

/** An example's request, under the ids of a world. */
export function exampleRequest(
  { path, body }: Operation,
  example: Example,
  { here }: Pick<ExampleWorld, "here">,
): { address: string; options: CallOptions } {
  const address = translated(addressOf(path, example), here);
  if (example.body === undefined) return { address, options: {} };
  const type = example.type ?? Object.keys(body!.content)[0]!;
  if (type === "multipart/form-data") return { address, options: { body: formOf(example.body as object) } };
  const text = typeof example.body === "string" ? example.body : JSON.stringify(example.body);
  return { address, options: { body: translated(text, here), headers: { "Content-Type": type } } };
}

/** The field `file` is a file, as the documents say it; the others are texts. */
function formOf(fields: object): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (name === "file") form.set(name, new Blob([value], { type: "text/csv" }), "people.csv");
    else form.set(name, String(value));
  }
  return form;
}

/** An answer as the documents would print it: under their ids, and with what differs each time put aside. */
export function settled(text: string, { here }: Pick<ExampleWorld, "here">): unknown {
  const known = [...here].reduce((done, [documented, actual]) => done.replaceAll(actual, documented), text);
  const put = known
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<time>")
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|con_[0-9A-Z]{26}/g, (id) =>
      here.has(id) ? id : "<id>",
    )
    .replace(/"cursor":"[^"]+"/g, '"cursor":"<cursor>"')
    .replace(/evs_\w+/g, "<token>")
    .replace(/"password":"[^"]+"/g, '"password":"<secret>"')
    .replace(/whsec_[\w+/=]+/g, "<secret>");
  if (!/^[[{]/.test(put)) return put.replace(/^\d+,/gm, "<number>,");
  return JSON.parse(
    put
      .replace(/"id":\d+/g, '"id":"<number>"')
      .replace(/"rowsPerSecond":(\d+|null)/g, '"rowsPerSecond":"<rate>"'),
  );
}
