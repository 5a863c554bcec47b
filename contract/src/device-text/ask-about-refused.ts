/**
 * The last step of a reading: what the update of this line would refuse is never certain. The rules
 * are those of the update itself.
 */
import type { DeviceModel } from '../catalogue.ts';
import type { Cpe } from '../cpe.ts';
import { type CpeFacts, cpeErrors, type FieldError } from '../cpe-validation.ts';
import type { DeviceReading, ReadField, ReadFields, ReadNote } from './core/reading.ts';

type Device = DeviceReading['devices'][number];

/** The facts of the line, without those of a device's model. */
export type RefusalFacts = Omit<CpeFacts, 'model'>;

const NOTHING: Cpe = {
  manufacturer: '',
  model: '',
  serialNumber: null,
  macAddress: null,
  ipAddress: '',
  bandwidth: { downKbps: 0, upKbps: 0 },
  port: '',
};

/** The CPE as an update with the certain values would have it: the others are as recorded. */
const cpeWith = (fields: ReadFields, recorded: Cpe | null): Cpe => {
  const certain = Object.fromEntries(
    Object.entries(fields).flatMap(([field, { value }]) =>
      value === null ? [] : [[field, value]],
    ),
  );
  const cpe: Cpe = { ...NOTHING, ...recorded, ...certain };
  const isOnlyIpv6 = fields.ipAddress === undefined && !cpe.ipAddress.includes('.');
  // An IPv6-only CPE has its address in `ipAddress`.
  return isOnlyIpv6 && cpe.ipv6Address
    ? { ...cpe, ipAddress: cpe.ipv6Address, ipv6Address: null }
    : cpe;
};

/** The field of the reading that an error of the update is about. */
const fieldOf = ({ pointer }: FieldError, { ipAddress }: ReadFields): string | undefined => {
  const field = pointer.split('/')[1];
  return field === 'ipAddress' && ipAddress === undefined ? 'ipv6Address' : field;
};

/** Each certain value of a device that the update would refuse, with the first reason. */
export const refusalsOf = (
  { fields }: Device,
  facts: RefusalFacts,
  model: DeviceModel | null | undefined,
): Map<ReadField, FieldError> => {
  const cpe = cpeWith(fields, facts.recorded ?? null);
  const unknown = model === undefined ? { unknownModel: 'warn' as const } : {};
  const errors = cpeErrors(cpe, { ...facts, ...unknown, model: model ?? null });
  const refusals = new Map<ReadField, FieldError>();
  for (const error of errors) {
    const field = fieldOf(error, fields) as ReadField;
    if (fields[field]?.value && !refusals.has(field)) refusals.set(field, error);
  }
  return refusals;
};

/** The device with each refused value as a choice, and the reasons. */
const askAbout = (
  device: Device,
  index: number,
  refusals: ReadonlyMap<ReadField, FieldError>,
): { device: Device; notes: ReadNote[] } => {
  const fields = Object.fromEntries(
    Object.entries(device.fields).map(([field, read]) => {
      const error = refusals.get(field as ReadField);
      const asked = { value: null, from: [] };
      const alternatives = [{ value: read.value, from: read.from, meaning: error?.detail ?? '' }];
      return [field, error ? { ...asked, alternatives } : read];
    }),
  ) as ReadFields;
  const notes = [...refusals].map(([field, { code, detail }]) => ({
    code: code === 'unknown-model' ? code : ('refused-for-line' as const),
    pointer: `/devices/${index}/fields/${field}`,
    detail,
  }));
  return { device: { ...device, fields }, notes };
};

/**
 * Makes each value a choice that the update of the line would refuse, with a note of the reason.
 * `models`: the catalogue's model of each device, the recorded one where the text names none; null
 * where there is none, undefined where several makers have one.
 */
export const askAboutRefused = (
  reading: DeviceReading,
  facts: RefusalFacts,
  models: readonly (DeviceModel | null | undefined)[],
): DeviceReading => {
  const asked = reading.devices.map((device, index) =>
    askAbout(device, index, refusalsOf(device, facts, models[index])),
  );
  return {
    ...reading,
    devices: asked.map(({ device }) => device),
    notes: [...reading.notes, ...asked.flatMap(({ notes }) => notes)],
  };
};
