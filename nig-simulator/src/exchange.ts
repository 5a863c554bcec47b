import type { IncomingMessage, ServerResponse } from 'node:http';
import { InvalidValue } from './parse.ts';
import type { LogEntry } from './request-log.ts';

/** One request, its answer, and its entry in the log. */
export type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly entry: LogEntry;
  /** The `{id}` of the path, or '' where the route has none. */
  readonly id: string;
  readonly query: URLSearchParams;
};

export const LARGEST_BODY_BYTES = 256 * 1024;

/** A body above `LARGEST_BODY_BYTES`; answered as 413. */
export class BodyTooLarge extends Error {}

/**
 * The body as JSON. A body that is too large is read to its end: a client that still writes would
 * miss the answer.
 */
export const readJson = async ({ request }: Exchange): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= LARGEST_BODY_BYTES) chunks.push(chunk);
  }
  if (bytes > LARGEST_BODY_BYTES)
    throw new BodyTooLarge(`the body is above ${LARGEST_BODY_BYTES} bytes`);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    // JSON.parse fails in one way only.
    throw new InvalidValue('the body is not JSON');
  }
};

/** Answers, unless the client has left. In that case the log keeps `status: null`. */
export const answer = (
  { response, entry }: Exchange,
  status: number,
  body?: object,
  headers: Record<string, string> = {},
): void => {
  if (response.destroyed || response.headersSent) return;
  entry.status = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
