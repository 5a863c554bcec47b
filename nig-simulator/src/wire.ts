import { isObject, parseObject, parseString, parseText, parseTime, parseWholeNumber } from './parse.ts';

/** A CPE as NIG holds it. */
export type Cpe = {
  readonly manufacturer: string;
  readonly model: string;
  readonly ipAddress: string;
  readonly bandwidth: { readonly downKbps: number; readonly upKbps: number };
  readonly port: string;
  readonly serialNumber: string | null;
  readonly macAddress: string | null;
};

/** The body of `PUT /cpe-updates/{updateId}`. */
export type CpeUpdate = {
  readonly serviceLineId: string;
  readonly ticketNo: string;
  readonly current: Cpe;
  readonly new: Cpe;
  readonly actor: { readonly id: string; readonly name: string };
  readonly requestedAt: string;
};

export type Rejected = { readonly status: 'rejected'; readonly code: string; readonly message: string };

/** NIG's answer to an update, the same each time. */
export type Answer = { readonly status: 'accepted'; readonly reference: string } | Rejected;

const nullableString = (value: unknown, at: string): string | null =>
  value === null || value === undefined ? null : parseString(value, at);

const parseRate = (value: unknown, at: string): number =>
  parseWholeNumber(value, at, 0, Number.MAX_SAFE_INTEGER);

/** Checks the shape only. NIG has no rules here, so only a fault refuses an update. */
export const parseCpe = (value: unknown, at: string): Cpe => {
  const cpe = parseObject(value, at);
  const bandwidth = parseObject(cpe.bandwidth, `${at}.bandwidth`);
  return {
    manufacturer: parseString(cpe.manufacturer, `${at}.manufacturer`),
    model: parseString(cpe.model, `${at}.model`),
    ipAddress: parseString(cpe.ipAddress, `${at}.ipAddress`),
    bandwidth: {
      downKbps: parseRate(bandwidth.downKbps, `${at}.bandwidth.downKbps`),
      upKbps: parseRate(bandwidth.upKbps, `${at}.bandwidth.upKbps`),
    },
    port: parseString(cpe.port, `${at}.port`),
    serialNumber: nullableString(cpe.serialNumber, `${at}.serialNumber`),
    macAddress: nullableString(cpe.macAddress, `${at}.macAddress`),
  };
};

/** Members that the contract does not name are ignored, so that it can grow. */
export const parseCpeUpdate = (value: unknown): CpeUpdate => {
  const update = parseObject(value, 'the body');
  const actor = parseObject(update.actor, 'actor');
  return {
    serviceLineId: parseText(update.serviceLineId, 'serviceLineId'),
    ticketNo: parseText(update.ticketNo, 'ticketNo'),
    current: parseCpe(update.current, 'current'),
    new: parseCpe(update.new, 'new'),
    actor: { id: parseString(actor.id, 'actor.id'), name: parseString(actor.name, 'actor.name') },
    requestedAt: parseTime(update.requestedAt, 'requestedAt'),
  };
};

export const parseAnswer = (value: unknown): Answer => {
  const answer = isObject(value) ? value : {};
  return answer.status === 'accepted'
    ? { status: 'accepted', reference: parseText(answer.reference, 'answer.reference') }
    : {
        status: 'rejected',
        code: parseText(answer.code, 'answer.code'),
        message: parseString(answer.message, 'answer.message'),
      };
};
