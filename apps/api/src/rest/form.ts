import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { Busboy, type BusboyInstance } from "@fastify/busboy";
import { Refused } from "@roster/domain/refusal.ts";
import { mediaType } from "./body.ts";

/** The part of a form that holds the file, while it comes in. */
export type FilePart = { name: string | null; contentType: string; bytes: AsyncIterable<Uint8Array> };

export type Form<T> = {
  fields: Map<string, string[]>;
  /** What `receive` made of the field `file`; null if the form has none. */
  file: T | null;
  /** Names of other fields that hold files; their bytes are dropped. */
  otherFiles: string[];
};

/** 64 kB take the mapping of a thousand columns. */
const limits = { fieldSize: 64 * 1024, fields: 100, parts: 110, headerPairs: 50, headerSize: 16 * 1024 };

const bad = (problem: string, message: string) => new Refused({ code: "bad_upload", problem, message });

/**
 * Reads a multipart/form-data body whose file field is called `file`. The file goes to `receive` byte by byte while it
 * arrives; fields may stand before or behind it.
 * @throws Refused bad_upload for a body that is no such form, and whatever `receive` throws
 */
export function readForm<T>(req: IncomingMessage, receive: (file: FilePart) => Promise<T>): Promise<Form<T>> {
  const contentType = req.headers["content-type"] ?? "";
  if (mediaType(contentType) !== "multipart/form-data") {
    return Promise.reject(bad("not_a_form", "Send multipart/form-data with the file in the field “file”."));
  }
  let parser: BusboyInstance;
  try {
    const headers = { ...req.headers, "content-type": contentType };
    // A part called `file` is the file also where its sender named none.
    const isPartAFile = (field?: string, _type?: string, name?: string) =>
      field === "file" || name !== undefined;
    parser = new Busboy({ headers, limits, isPartAFile });
  } catch {
    return Promise.reject(
      bad("malformed_form", "The Content-Type has no boundary. Let your HTTP library set it."),
    );
  }

  return new Promise((resolve, reject) => {
    const form: Form<T> = { fields: new Map(), file: null, otherFiles: [] };
    let receiving: Promise<void> | null = null;
    let part: Readable | null = null;

    // Whoever fails first decides; the rest of the body is read and dropped, so that the answer reaches its sender, and
    // what `receive` has stored is gone before.
    let failed = false;
    const fail = (error: unknown) => {
      if (failed) return;
      failed = true;
      req.unpipe(parser);
      req.resume();
      part?.destroy(error as Error);
      void Promise.resolve(receiving).then(() => reject(error));
    };
    parser.on("file", (field, stream, name, _encoding, type) => {
      // Also when nobody reads it any more, an error on it must not end the process.
      stream.on("error", () => {});
      if (field !== "file") {
        form.otherFiles.push(field);
        stream.resume();
        return;
      }
      if (receiving !== null)
        return fail(bad("several_files", "Send one file in the field “file”, not several."));
      part = stream;
      const bytes = stream.iterator({ destroyOnReturn: false });
      receiving = receive({ name: name || null, contentType: type, bytes }).then((received) => {
        form.file = received;
      }, fail);
    });
    parser.on("field", (field, value, _fieldCut, valueCut) => {
      if (valueCut)
        return fail(bad("field_too_long", `The field ${field.slice(0, 100)} is longer than 64 kB.`));
      form.fields.set(field, [...(form.fields.get(field) ?? []), value]);
    });
    for (const event of ["fieldsLimit", "partsLimit"] as const) {
      parser.on(event, () => fail(bad("too_many_fields", `The form has more than ${limits.fields} fields.`)));
    }
    parser.on("error", () =>
      fail(bad("malformed_form", "The form ends too early, or its parts are malformed.")),
    );
    parser.on(
      "finish",
      () => void Promise.resolve(receiving).then(() => (failed ? undefined : resolve(form))),
    );
    req.once("close", () => {
      if (!req.complete) fail(new Error("the sender went away"));
    });
    req.pipe(parser);
  });
}
