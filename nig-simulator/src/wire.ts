import { anObject, aString, aTime, aWholeNumber, isObject, someText } from './parse.ts';

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

/** What NIG says to an update, the first time and each time after. */
export type Answer = { readonly status: 'accepted'; readonly reference: string } | Rejected;

const nullableString = (value: unknown, at: string): string | null =>
  value === null || value === undefined ? null : aString(value, at);

const parseRate = (value: unknown, at: string): number => aWholeNumber(value, at, 0, Number.MAX_SAFE_INTEGER);

/** The shape only: NIG has no rules of its own here, so nothing is refused that a fault did not ask for. */
export const parseCpe = (value: unknown, at: string): Cpe => {
  const cpe = anObject(value, at);
  const bandwidth = anObject(cpe.bandwidth, `${at}.bandwidth`);
  return {
    manufacturer: aString(cpe.manufacturer, `${at}.manufacturer`),
    model: aString(cpe.model, `${at}.model`),
    ipAddress: aString(cpe.ipAddress, `${at}.ipAddress`),
    bandwidth: {
      downKbps: parseRate(bandwidth.downKbps, `${at}.bandwidth.downKbps`),
      upKbps: parseRate(bandwidth.upKbps, `${at}.bandwidth.upKbps`),
    },
    port: aString(cpe.port, `${at}.port`),
    serialNumber: nullableString(cpe.serialNumber, `${at}.serialNumber`),
    macAddress: nullableString(cpe.macAddress, `${at}.macAddress`),
  };
};

/** Members that the contract does not name are ignored, so that it can grow. */
export const parseCpeUpdate = (value: unknown): CpeUpdate => {
  const update = anObject(value, 'the body');
  const actor = anObject(update.actor, 'actor');
  return {
    serviceLineId: someText(update.serviceLineId, 'serviceLineId'),
    ticketNo: someText(update.ticketNo, 'ticketNo'),
    current: parseCpe(update.current, 'current'),
    new: parseCpe(update.new, 'new'),
    actor: { id: aString(actor.id, 'actor.id'), name: aString(actor.name, 'actor.name') },
    requestedAt: aTime(update.requestedAt, 'requestedAt'),
  };
};

export const parseAnswer = (value: unknown): Answer => {
  const answer = isObject(value) ? value : {};
  return answer.status === 'accepted'
    ? { status: 'accepted', reference: someText(answer.reference, 'answer.reference') }
    : {
        status: 'rejected',
        code: someText(answer.code, 'answer.code'),
        message: aString(answer.message, 'answer.message'),
      };
};
