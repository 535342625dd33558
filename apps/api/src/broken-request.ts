import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Logger } from "pino";

/** The largest head of a request, in bytes: the addresses of all our routes fit into a tenth of it. */
export const headBytes = 16 * 1024;

/** What Node's parser can have against a request, by its code; everything else is no HTTP. */
const problems: Readonly<Record<string, { status: number; code: string; error: string }>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: "headers_too_large",
    error: `The address and the headers of a request have at most ${headBytes} bytes. Put what is long into the body.`,
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    code: "body_too_large",
    error: "The chunks of this body have extensions that are far too long. Send it without.",
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: "request_timeout",
    error: "The headers of this request did not arrive in time. Send it again.",
  },
  MISSING_HOST: { status: 400, code: "malformed_request", error: "The request has no Host header. Add one." },
};
const noHttp = {
  status: 400,
  code: "malformed_request",
  error: "This is no HTTP request that can be read. Check its first line, its headers and its chunks.",
};

/**
 * Answers a request that never became one, so that no dialect can be told, as the house would; then the connection is closed.
 * @param problem the parser's code
 */
export function answerBroken(socket: Socket, problem: string | undefined, logger: Logger): void {
  const { status, code, error } = problems[problem ?? ""] ?? noHttp;
  const requestId = randomUUID();
  const body = JSON.stringify({ success: false, error, code });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "X-Content-Type-Options: nosniff",
    `X-Request-Id: ${requestId}`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  socket.destroySoon();
  logger.info({ requestId, status, problem }, "unreadable request");
}
