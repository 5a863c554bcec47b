import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cpe, type NigPayload, nigPayloadSchema } from '@cpe-desk/contract';
import { listen } from '../support/listen.ts';

/** The promise that a NIG breaks, by its number; 0: none. */
export type Lie = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

type Answer = { status: 'accepted'; reference: string } | Rejected;
type Rejected = { status: 'rejected'; code: string; message: string };

/** The token that it demands. */
export const TOKEN = 'right';

/** Time until it answers, so that a connection can break meanwhile, ms. */
const ANSWERS_AFTER_MS = 24;
/** How long each tenth answer of a slow NIG takes, ms. */
const SLOW_MS = 350;

const REFUSED: Rejected = { status: 'rejected', code: 'no-model', message: 'unknown model' };

const read = async (request: IncomingMessage): Promise<NigPayload> => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return nigPayloadSchema.parse(JSON.parse(text));
};

/** What it keeps of a CPE. */
const keptOf = (cpe: Cpe, lie: Lie): Cpe => {
  if (lie === 6 && cpe.serialNumber === null) return { ...cpe, serialNumber: '' };
  if (lie !== 8) return cpe;
  // As a column of 23 bits would.
  const downKbps = Math.min(cpe.bandwidth.downKbps, 8_388_607);
  return { ...cpe, bandwidth: { ...cpe.bandwidth, downKbps } };
};

/** A NIG by the wire contract that refuses unknown models, and breaks one promise. */
export const lyingNig = async (lie: Lie) => {
  const settled = new Map<string, { body: string; answer: Answer }>();
  const held = new Map<string, Cpe>();
  let sequence = 0;
  let applying = 0;
  let calls = 0;

  const apply = async (update: NigPayload): Promise<void> => {
    const { serviceLineId, new: after } = update;
    applying++;
    const before = held.get(serviceLineId);
    // Two updates at once leave the rate of one and the address of the other.
    const isMixed = lie === 7 && applying > 1;
    await sleep(ANSWERS_AFTER_MS / 2);
    const now = held.get(serviceLineId) ?? before;
    const cpe = isMixed && now ? { ...after, bandwidth: now.bandwidth } : after;
    held.set(serviceLineId, keptOf(cpe, lie));
    applying--;
  };

  const decide = async (id: string, update: NigPayload): Promise<[number, Answer]> => {
    const body = JSON.stringify([update.serviceLineId, update.new]);
    const earlier = settled.get(id);
    if (earlier && earlier.body !== body) {
      if (lie === 2) await apply(update);
      return [409, { status: 'rejected', code: 'id-reused', message: 'another body' }];
    }
    if (earlier && lie === 1) return [200, { status: 'accepted', reference: `R-${++sequence}` }];
    if (earlier) return [earlier.answer.status === 'accepted' ? 200 : 422, earlier.answer];
    const isRefused = update.new.model === 'No such model';
    const answer: Answer = isRefused
      ? REFUSED
      : { status: 'accepted', reference: `R-${++sequence}` };
    if (!isRefused || lie === 3) await apply(update);
    settled.set(id, { body, answer });
    return [isRefused ? 422 : 201, answer];
  };

  const lookUp = (id: string): [number, object] => {
    const found = settled.get(id)?.answer;
    // It forgets what was accepted last.
    if (found && !(lie === 4 && 'reference' in found && found.reference === `R-${sequence}`))
      return [200, { ...found, updateId: id }];
    if (lie === 5) return [404, { message: 'not here' }];
    return [404, { status: 'unknown-update', updateId: id }];
  };

  const server = createServer((request, response) => {
    const reply = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const handle = async () => {
      if (request.headers.authorization !== `Bearer ${TOKEN}` && lie !== 9)
        return reply(401, { message: 'who are you?' });
      const [, kind, encoded = ''] = request.url?.split('/') ?? [];
      const id = decodeURIComponent(encoded);
      const isSlow = lie === 10 && ++calls % 10 === 0;
      await sleep(isSlow ? SLOW_MS : ANSWERS_AFTER_MS / 2);
      if (request.method === 'PUT') return reply(...(await decide(id, await read(request))));
      if (kind === 'cpe-updates') return reply(...lookUp(id));
      const cpe = held.get(id);
      return cpe
        ? reply(200, { serviceLineId: id, cpe })
        : reply(404, { status: 'unknown-line', serviceLineId: id });
    };
    handle().catch(() => response.destroy());
  });
  return listen(server);
};
