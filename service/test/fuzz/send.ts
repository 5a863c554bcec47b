import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export type Sent = {
  method: string;
  /** The bytes of the request line, encoded or not. */
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
};
export type Got = { status: number; headers: IncomingHttpHeaders; text: string };

/** A request without an answer in this time hangs. */
const HANG_MS = 15_000;
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

/**
 * Sends a request unchanged, where `fetch` corrects it. Leaves an event stream at its beginning.
 */
export const send = (origin: string, { method, path, headers, body }: Sent): Promise<Got> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const outgoing = request({ hostname, port, method, path, headers, agent, timeout: HANG_MS });
    outgoing.on('timeout', () =>
      outgoing.destroy(new Error(`${method} ${path} got no answer in ${HANG_MS} ms`)),
    );
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const status = incoming.statusCode ?? 0;
      if (incoming.headers['content-type']?.startsWith('text/event-stream')) {
        outgoing.destroy();
        resolve({ status, headers: incoming.headers, text: '' });
        return;
      }
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.on('end', () => resolve({ status, headers: incoming.headers, text }));
      incoming.on('error', reject);
    });
    outgoing.end(body);
  });
