import express, { type Request, type Response } from "express";

/** A JSON body is small: one that has not arrived after this is not waited for. */
const jsonDeadlineMs = 30_000;

/**
 * A request's JSON body, read only now, so that a handler can turn the caller away first.
 * @param limitBytes each route states its own, counted after decompression
 * @returns undefined where the body is empty or not declared as JSON
 */
export function jsonBody(req: Request, res: Response, limitBytes: number): Promise<unknown> {
  const parse = express.json({ limit: limitBytes });
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => req.destroy(), jsonDeadlineMs);
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
