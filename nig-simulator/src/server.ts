import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Server as NatsServer } from 'node:net';
import { answer, BodyTooLarge, type Exchange, readJson } from './exchange.ts';
import { createFaults, type Faults, parseFaults } from './faults.ts';
import { sendFaultyAnswer } from './faulty-answer.ts';
import { handleCpeUpdate } from './handle-cpe-update.ts';
import { type Inventory, openInventory } from './inventory.ts';
import { createNatsNig } from './nats/nats-nig.ts';
import { InvalidValue, object, parse, wholeNumberWithin } from './parse.ts';
import { netbox } from './protocols/netbox.ts';
import { tmForum } from './protocols/tm-forum.ts';
import { createRequestLog, MOST_ENTRIES, type RequestLog } from './request-log.ts';
import { cpeSchema } from './wire.ts';

type Simulator = {
  readonly inventory: Inventory;
  readonly faults: Faults;
  readonly log: RequestLog;
};
type Handler = (exchange: Exchange, simulator: Simulator) => Promise<void> | void;
type Route = Readonly<Record<string, Handler>>;

/** A 404 means "never got it" only with this body: any proxy can send a plain 404. */
const NOT_FOUND = {
  updateId: { status: 'unknown-update' },
  serviceLineId: { status: 'unknown-line' },
} as const;

const lookUp =
  (
    names: 'updateId' | 'serviceLineId',
    find: (inventory: Inventory, id: string) => object | undefined | Promise<object | undefined>,
  ): Handler =>
  async (exchange, { inventory, faults }) => {
    const { entry, id } = exchange;
    entry[names] = id;
    const fault = faults.nextLookup();
    if (fault === false) {
      entry.outcome = 'cannot-look-up';
      return answer(exchange, 501, {
        message: 'This NIG cannot be asked ("lookup" is switched off in the simulator)',
      });
    }
    entry.fault = fault;
    const found = await find(inventory, id);
    entry.outcome = found === undefined ? 'not-found' : 'found';
    const [status, answered] = found === undefined ? [404, NOT_FOUND[names]] : [200, found];
    const body = { ...answered, [names]: id };
    return fault === 'none'
      ? answer(exchange, status, body)
      : sendFaultyAnswer(exchange, fault, status, body);
  };

const findAnswer = lookUp('updateId', (inventory, id) => inventory.answerTo(id));

const findCpe = lookUp('serviceLineId', (inventory, id) => {
  const cpe = inventory.cpeOf(id);
  return cpe && { cpe };
});

const lockCpe: Handler = async (exchange, { inventory }) => {
  exchange.entry.serviceLineId = exchange.id;
  const { cpe } = parse(object({ cpe: cpeSchema }), await readJson(exchange));
  await inventory.hold(exchange.id, cpe);
  exchange.entry.outcome = 'held';
  answer(exchange, 204);
};

const setFaults: Handler = async (exchange, { faults }) => {
  faults.set(parseFaults(await readJson(exchange)));
  answer(exchange, 200, faults.current());
};

const listLog: Handler = (exchange, { log }) => {
  const limit = exchange.query.get('limit');
  const most =
    limit === null
      ? undefined
      : parse(wholeNumberWithin(0, MOST_ENTRIES), Number.parseFloat(limit), 'limit');
  answer(exchange, 200, { entries: log.newest(most) });
};

const clearLog: Handler = (exchange, { log }) => {
  log.clear();
  answer(exchange, 204);
};

const answerHealth: Handler = (exchange) => {
  exchange.entry.outcome = 'found';
  answer(exchange, 200, { status: 'ok' });
};

const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  [
    '/cpe-updates/{id}',
    { PUT: (e, s) => handleCpeUpdate(e, s.inventory, s.faults), GET: findAnswer },
  ],
  ['/cpes/{id}', { PUT: lockCpe, GET: findCpe }],
  [
    '/faults',
    { PUT: setFaults, GET: (exchange, { faults }) => answer(exchange, 200, faults.current()) },
  ],
  ['/log', { GET: listLog, DELETE: clearLog }],
  ['/healthz', { GET: answerHealth }],
]);

/** Other protocols than NIG's wire contract, each at its own paths. */
const protocols = [netbox, tmForum];

/** Requests that control the simulator are left out of NIG's log. */
const controlPaths: ReadonlySet<string> = new Set(['/faults', '/log']);

const dispatch: Handler = (exchange, simulator) => {
  const [, first = '', ...rest] = exchange.entry.path.split('/');
  const route = routes.get(exchange.id === '' ? exchange.entry.path : `/${first}/{id}`);
  if (route === undefined || rest.length > 1) {
    exchange.entry.outcome = 'not-found';
    return answer(exchange, 404, { message: 'NIG has no such resource' });
  }
  const handler = new Map(Object.entries(route)).get(exchange.entry.method);
  if (handler !== undefined) return handler(exchange, simulator);
  exchange.entry.outcome = 'invalid';
  exchange.response.setHeader('allow', Object.keys(route).join(', '));
  return answer(exchange, 405, { message: `NIG takes ${Object.keys(route).join(' and ')} here` });
};

const answerFailure = (exchange: Exchange, error: unknown): void => {
  const { entry, request } = exchange;
  const refused = error instanceof InvalidValue || error instanceof BodyTooLarge;
  if (refused) {
    entry.outcome = 'invalid';
    answer(exchange, error instanceof BodyTooLarge ? 413 : 400, { message: error.message });
    return;
  }
  // The client left before its body was complete, so nothing was applied.
  if (request.destroyed && !request.complete) return;
  console.error(`nig-simulator: ${entry.method} ${entry.path}:`, error);
  entry.outcome = 'failed';
  answer(exchange, 500, { message: 'The simulator failed; see its output' });
};

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A lone % stays as it is: NIG knows no such id.
    return segment;
  }
};

const exchangeOf = (request: IncomingMessage, response: ServerResponse): Exchange => {
  const [path = '/', query] = (request.url ?? '/').split('?', 2);
  const requestId = request.headers['x-request-id'];
  return {
    request,
    response,
    id: decoded(path.split('/')[2] ?? ''),
    query: new URLSearchParams(query),
    entry: {
      at: new Date().toISOString(),
      method: request.method ?? 'GET',
      path,
      ...(typeof requestId === 'string' && { requestId }),
      fault: 'none',
      status: null,
      outcome: 'received',
    },
  };
};

const handle = async (exchange: Exchange, simulator: Simulator): Promise<void> => {
  if (!controlPaths.has(exchange.entry.path)) simulator.log.add(exchange.entry);
  try {
    for (const protocol of protocols) if (await protocol(exchange, simulator)) return;
    await dispatch(exchange, simulator);
  } catch (error) {
    answerFailure(exchange, error);
  }
};

/** A NIG by the contract, with the data in `dataFile`. Closing the server closes the file. */
export const createSimulator = ({
  dataFile,
}: {
  readonly dataFile: string;
}): { server: Server; nats: NatsServer } => {
  const simulator: Simulator = {
    inventory: openInventory(dataFile),
    faults: createFaults(),
    log: createRequestLog(),
  };
  const server = createServer(
    (request, response) => void handle(exchangeOf(request, response), simulator),
  );
  server.on('close', () => void simulator.inventory.close());
  return { server, nats: createNatsNig(simulator) };
};
