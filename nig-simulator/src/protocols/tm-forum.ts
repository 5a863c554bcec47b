import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { answer, type Exchange, readJson } from '../exchange.ts';
import { handleUpdate } from '../handle-cpe-update.ts';
import type { Decision, Inventory } from '../inventory.ts';
import { filledString, InvalidValue, object, parse } from '../parse.ts';
import { type Answer, type Cpe, cpeSchema } from '../wire.ts';
import {
  answerLookUp,
  decideByValues,
  hasRecord,
  type Protocol,
  type Simulated,
  updateOf,
} from './protocol.ts';

/*
 * What the profiles `tmf639`, `tmf640` and `tmf702` use: services and resources with
 * characteristics, and monitors. A record has the id of its line.
 */

const PATH = /^(?:\/tmf-api\/\w+\/v4)?\/(service|resource|monitor)(?:\/([^/]+))?$/;

type Kind = 'service' | 'resource';
type Characteristic = { name: string; value: unknown };

const listSchema = z.array(
  object({ name: filledString, value: z.unknown() }),
  'a list of characteristics',
);

const cpeOf = (list: readonly Characteristic[]): Cpe => {
  const values = Object.fromEntries(list.map(({ name, value }) => [name, value]));
  const { downKbps, upKbps, ...others } = values;
  return parse(cpeSchema, { ...others, bandwidth: { downKbps, upKbps } });
};

const recordOf = (kind: Kind, serviceLineId: string, inventory: Inventory) => {
  const cpe = inventory.cpeOf(serviceLineId);
  const { bandwidth, ...texts } = cpe ?? {};
  const values = { ...texts, ...bandwidth, deskUpdateId: inventory.appliedTo(serviceLineId) };
  return {
    id: serviceLineId,
    href: `http://tmf.example/${kind}/${encodeURIComponent(serviceLineId)}`,
    [`${kind}Characteristic`]: [
      { name: 'serviceLineId', value: serviceLineId },
      ...Object.entries(values)
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([name, value]) => ({ name, value })),
    ],
  };
};

/** An ETag that changes with each update of the line. */
const etagOf = (serviceLineId: string, inventory: Inventory): string =>
  `"${inventory.appliedTo(serviceLineId) ?? 'none'}"`;

const errorOf = (reason: string, code = '60') => ({ code, reason });

const refusalOf = ({ answer: decided }: Decision) =>
  decided.status === 'rejected' ? errorOf(decided.message, decided.code) : undefined;

type Monitor = { state: 'InProgress' | 'InError' | 'Completed'; response?: object };
const monitors = new Map<string, Monitor>();

/** Applies an update later, and shows its monitor meanwhile. */
const applyLater = (
  { faults }: Simulated,
  apply: (refusal?: Answer) => Promise<Decision>,
  refusal: Answer | undefined,
): string => {
  const id = randomUUID();
  const monitor: Monitor = { state: 'InProgress' };
  monitors.set(id, monitor);
  void delay(faults.current().asynchronousMs ?? 0, undefined, { ref: false })
    .then(() => apply(refusal))
    .then((decision) => {
      const body = refusalOf(decision);
      monitor.state = body ? 'InError' : 'Completed';
      if (body) monitor.response = { statusCode: '409', body: body.reason };
    });
  return id;
};

/** The decision about an update that is not applied yet. */
const PENDING: Decision = {
  ...{ outcome: 'accepted', answer: { status: 'accepted', reference: 'pending' } },
};

const patch = async (
  exchange: Exchange,
  kind: Kind,
  serviceLineId: string,
  simulated: Simulated,
): Promise<void> => {
  const { inventory, faults } = simulated;
  const wanted = exchange.request.headers['if-match'];
  if (wanted !== undefined && wanted !== etagOf(serviceLineId, inventory)) {
    exchange.entry.outcome = 'not-applied';
    return answer(exchange, 412, errorOf('The record has changed'));
  }
  const name = `${kind}Characteristic`;
  const { [name]: list = [] } = parse(
    z.record(z.string(), z.unknown(), 'an object'),
    await readJson(exchange),
  );
  const given = parse(listSchema, list, name);
  const updateId = given.find((each) => each.name === 'deskUpdateId')?.value;
  if (typeof updateId !== 'string') throw new InvalidValue(`${name} must have deskUpdateId`);
  const update = updateOf(serviceLineId, cpeOf(given));
  const apply = (refusal?: Answer) => decideByValues(inventory, updateId, update, refusal);
  const isLater = faults.current().asynchronousMs !== null;
  let monitorId = '';
  await handleUpdate(exchange, inventory, faults, {
    ...{ updateId, update },
    async decide(refusal) {
      if (!isLater) return apply(refusal);
      monitorId = applyLater(simulated, apply, refusal);
      return PENDING;
    },
    replyTo(decision) {
      if (!decision) return { status: 500, body: errorOf('NIG failed (fault "error")', '1') };
      if (isLater)
        return {
          ...{ status: 202, body: { id: monitorId, state: 'InProgress' } },
          headers: {
            location: exchange.entry.path.replace(
              /(service|resource)\/.*$/,
              `monitor/${monitorId}`,
            ),
          },
        };
      const refused = refusalOf(decision);
      if (refused) return { status: 409, body: refused };
      return { status: 200, body: recordOf(kind, serviceLineId, inventory) };
    },
  });
};

const getMonitor = async (exchange: Exchange, id: string, simulated: Simulated): Promise<void> => {
  const monitor = monitors.get(id);
  await answerLookUp(exchange, simulated, {
    ...(monitor
      ? { status: 200, body: { id, href: `http://tmf.example/monitor/${id}`, ...monitor } }
      : { status: 404, body: errorOf('There is no such monitor') }),
  });
};

const search = async (exchange: Exchange, kind: Kind, simulated: Simulated): Promise<void> => {
  const wanted = exchange.query.get(`${kind}Characteristic.value`) ?? '';
  exchange.entry.serviceLineId = wanted;
  const { inventory } = simulated;
  const body = hasRecord(wanted) ? [recordOf(kind, wanted, inventory)] : [];
  const headers = { ...(kind === 'resource' && { etag: etagOf(wanted, inventory) }) };
  await answerLookUp(exchange, simulated, { status: 200, body, headers });
};

/** TMF639, TMF640 and TMF702 at any of their base paths, or at the root. */
export const tmForum: Protocol = async (exchange, simulated) => {
  const [, kind, encoded] = PATH.exec(exchange.entry.path) ?? [];
  if (kind === undefined) return false;
  const id = encoded === undefined ? undefined : decodeURIComponent(encoded);
  if (kind === 'monitor') {
    await getMonitor(exchange, id ?? '', simulated);
    return true;
  }
  const of = kind === 'service' ? 'service' : 'resource';
  if (id === undefined) await search(exchange, of, simulated);
  else {
    exchange.entry.serviceLineId = id;
    if (exchange.entry.method === 'PATCH') await patch(exchange, of, id, simulated);
    else
      await answerLookUp(exchange, simulated, {
        ...{ status: 200, body: recordOf(of, id, simulated.inventory) },
      });
  }
  return true;
};
