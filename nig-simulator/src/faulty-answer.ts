import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { answer, type Exchange } from './exchange.ts';
import type { AnswerFault } from './faults.ts';

/** Time between two bytes, ms: with a NIG_TIMEOUT_MS of 5 s no answer is complete in time. */
const TRICKLE_MS = 100;

const HTML_404 = `<html>
<head><title>404 Not Found</title></head>
<body><h1>404 Not Found</h1><hr>nginx</body>
</html>
`;

type FaultyAnswer = (exchange: Exchange, status: number, body: object) => Promise<void> | void;

const answerHtml404: FaultyAnswer = ({ response, entry }) => {
  entry.status = 404;
  response.writeHead(404, { 'content-type': 'text/html' }).end(HTML_404);
};

/** The body is the right answer, but a redirect is never an answer. */
const redirect: FaultyAnswer = (exchange, _, body) => {
  exchange.response.setHeader('location', '/moved');
  answer(exchange, 307, body);
};

const trickle: FaultyAnswer = async ({ response, entry }, status, body) => {
  entry.status = status;
  response.writeHead(status, { 'content-type': 'application/json' });
  for (const byte of Buffer.from(JSON.stringify(body))) {
    if (response.destroyed) return;
    response.write(Buffer.of(byte));
    await delay(TRICKLE_MS, undefined, { ref: false });
  }
  response.end();
};

/** An answer that names another update and another line. */
const answerOther: FaultyAnswer = (exchange, status, body) => {
  const { updateId, serviceLineId } = exchange.entry;
  let text = JSON.stringify(body);
  if (updateId) text = text.replaceAll(JSON.stringify(updateId), JSON.stringify(randomUUID()));
  if (serviceLineId)
    text = text.replaceAll(JSON.stringify(serviceLineId), JSON.stringify(`${serviceLineId}-other`));
  return answer(exchange, status, JSON.parse(text));
};

/** Half of the answer, then a reset. */
const breakConnection: FaultyAnswer = ({ request, response, entry }, status, body) => {
  const bytes = Buffer.from(JSON.stringify(body));
  entry.status = status;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': bytes.length,
  });
  response.write(bytes.subarray(0, bytes.length / 2), () => void request.socket.resetAndDestroy());
};

const faultyAnswers: Readonly<Record<AnswerFault, FaultyAnswer>> = {
  'html-404': answerHtml404,
  trickle,
  redirect,
  'other-update': answerOther,
  'broken-connection': breakConnection,
};

/** Sends the answer with `fault`, unless the client has left. */
export const sendFaultyAnswer = async (
  exchange: Exchange,
  fault: AnswerFault,
  status: number,
  body: object,
): Promise<void> => {
  if (!exchange.response.destroyed) await faultyAnswers[fault](exchange, status, body);
};
