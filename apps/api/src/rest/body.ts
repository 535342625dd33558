import express, { type Request, type RequestHandler, type Response } from "express";

/** A body that is read as a whole is small: one that has not arrived after this is not waited for. */
const deadlineMs = 30_000;

/**
 * A request's JSON body, read only now, so that a handler can turn the caller away first.
 * @param limitBytes each route states its own, counted after decompression
 * @returns undefined where the body is empty or not declared as JSON
 */
export function jsonBody(req: Request, res: Response, limitBytes: number): Promise<unknown> {
  return parsedBody(express.json({ limit: limitBytes }), req, res);
}

/** As `jsonBody`, for a small file: its bytes, whatever they are declared as. */
export async function fileBody(req: Request, res: Response, limitBytes: number): Promise<Buffer> {
  const bytes = await parsedBody(express.raw({ limit: limitBytes, type: () => true }), req, res);
  return Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0);
}

function parsedBody(parse: RequestHandler, req: Request, res: Response): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => req.destroy(), deadlineMs);
    parse(req, res, (error?: unknown) => {
      clearTimeout(deadline);
      if (error === undefined) resolve(req.body);
      else reject(error);
    });
  });
}

/** The media type of a Content-Type header without its parameters, lower case; empty if there is none. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? "").split(";", 1)[0]!.trim().toLowerCase();
}
