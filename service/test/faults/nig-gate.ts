import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../support/listen.ts';

/** Called with each update to NIG; decides whether NIG gets it, and whether its answer returns. */
export type Passage = {
  /** Before NIG gets the update; false: NIG never gets it. */
  before?: () => Promise<boolean>;
  /** After NIG answered; false: the answer is lost. */
  after?: () => Promise<boolean>;
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
};

/** A gate before NIG where a test stops an update or its answer. */
export async function openGate(
  nigUrl: string,
): Promise<AsyncDisposable & { url: string; set(passage: Passage): void }> {
  let passage: Passage = {};
  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const isUpdate = request.method === 'PUT';
    const { before, after } = isUpdate ? passage : {};
    if (before && !(await before())) return void response.destroy();
    const requestId = request.headers['x-request-id'];
    const answer = await fetch(nigUrl + request.url, {
      method: request.method ?? 'GET',
      body: body || null,
      headers: typeof requestId === 'string' ? { 'x-request-id': requestId } : {},
      redirect: 'manual',
    });
    const text = await answer.text();
    if (after && !(await after())) return void response.destroy();
    const type = answer.headers.get('content-type');
    response.writeHead(answer.status, type === null ? {} : { 'content-type': type }).end(text);
  };
  const server = await listen(
    createServer((request, response) => {
      forward(request, response).catch(() => response.destroy());
    }),
  );
  return {
    ...server,
    set(next) {
      passage = next;
    },
  };
}
