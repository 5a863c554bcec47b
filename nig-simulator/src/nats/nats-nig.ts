import { randomUUID } from 'node:crypto';
import type { Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultMode, Faults } from '../faults.ts';
import { notAppliedFaults, REFUSAL } from '../handle-cpe-update.ts';
import type { Inventory } from '../inventory.ts';
import { filledString, InvalidValue, object, parse } from '../parse.ts';
import type { LogEntry, RequestLog } from '../request-log.ts';
import { cpeUpdateSchema } from '../wire.ts';
import { createNatsServer, type NatsRequest } from './nats-server.ts';

/*
 * NIG's wire contract on NATS: the same data and faults as over HTTP. What a fault cannot do here
 * has the nearest form: `trickle` is a reply after 10 s, `redirect` an empty one.
 */

type Simulator = { inventory: Inventory; faults: Faults; log: RequestLog };

const SUBJECT = 'nig';
const TRICKLE_MS = 10_000;
const HTML = '<html><h1>404 Not Found</h1></html>';

const updateIdSchema = object({ updateId: filledString });
const lineSchema = object({ serviceLineId: filledString });

/** Sends a reply with a fault of answers. */
const replyWith = async (
  request: NatsRequest,
  fault: FaultMode,
  body: Record<string, unknown>,
): Promise<void> => {
  const text = JSON.stringify(body);
  const other = {
    ...body,
    ...('updateId' in body && { updateId: randomUUID() }),
    ...('serviceLineId' in body && { serviceLineId: `${body.serviceLineId}-other` }),
  };
  switch (fault) {
    case 'hang':
      return;
    case 'drop-before-apply':
    case 'drop-after-apply':
      return request.drop();
    case 'malformed':
      return request.reply(JSON.stringify({ result: 'OK' }));
    case 'html-404':
      return request.reply(HTML);
    case 'redirect':
      return request.reply('');
    case 'broken-connection':
      return request.reply(text.slice(0, text.length / 2));
    case 'other-update':
      return request.reply(JSON.stringify(other));
    case 'trickle':
      await delay(TRICKLE_MS, undefined, { ref: false });
      return request.reply(text);
    default:
      return request.reply(text);
  }
};

const put = async (
  request: NatsRequest,
  { inventory, faults }: Simulator,
  entry: LogEntry,
): Promise<void> => {
  const json = JSON.parse(request.payload.toString('utf8'));
  const { updateId } = parse(updateIdSchema, json);
  const update = parse(cpeUpdateSchema, json);
  Object.assign(entry, { updateId, serviceLineId: update.serviceLineId });
  const { latencyMs } = faults.current();
  const fault = faults.next();
  entry.fault = fault;
  const refusal = fault === 'reject' ? REFUSAL : undefined;
  const decision = notAppliedFaults.has(fault)
    ? undefined
    : await inventory.decide(updateId, update, refusal);
  entry.outcome = decision?.outcome ?? 'not-applied';
  if (latencyMs > 0) await delay(latencyMs, undefined, { ref: false });
  const answer = decision?.answer ?? { message: 'NIG failed (fault "error")' };
  await replyWith(request, fault, { ...answer, updateId });
};

const get = async (
  request: NatsRequest,
  { inventory, faults }: Simulator,
  entry: LogEntry,
): Promise<void> => {
  const json = JSON.parse(request.payload.toString('utf8'));
  const fault = faults.nextLookup();
  if (fault !== false) entry.fault = fault;
  let body: Record<string, unknown>;
  if (request.subject === 'cpes.get') {
    const { serviceLineId } = parse(lineSchema, json);
    const cpe = inventory.cpeOf(serviceLineId);
    entry.serviceLineId = serviceLineId;
    body = cpe ? { serviceLineId, cpe } : { status: 'unknown-line', serviceLineId };
  } else {
    const { updateId } = parse(updateIdSchema, json);
    const answer = await inventory.answerTo(updateId);
    entry.updateId = updateId;
    body = answer ? { ...answer, updateId } : { status: 'unknown-update', updateId };
  }
  entry.outcome = 'found';
  await replyWith(request, fault === false ? 'hang' : fault, body);
};

const handle = async (request: NatsRequest, simulator: Simulator): Promise<void> => {
  const isPut = request.subject === 'cpe-updates.put';
  const entry: LogEntry = {
    ...{ at: new Date().toISOString(), method: isPut ? 'PUT' : 'GET', path: request.subject },
    ...(request.requestId !== undefined && { requestId: request.requestId }),
    ...{ fault: 'none', status: null, outcome: 'received' },
  };
  simulator.log.add(entry);
  try {
    await (isPut ? put : get)(request, simulator, entry);
  } catch (error) {
    if (!(error instanceof InvalidValue) && !(error instanceof SyntaxError)) throw error;
    entry.outcome = 'invalid';
    request.reply(JSON.stringify({ message: error.message }));
  }
};

/** NIG on NATS, below the subject `nig`. */
export const createNatsNig = (simulator: Simulator): Server =>
  createNatsServer(SUBJECT, (request) => void handle(request, simulator));
