import {
  type DeviceReading,
  deviceReadingSchema,
  LONGEST_DEVICE_TEXT,
  readDeviceText,
  readDeviceTextRequestSchema,
  UNKNOWN_OLT,
  type VendorIds,
  vendorMismatch,
  withoutVersion,
} from '@cpe-desk/contract';
import { findNamedModels, type NamedModel } from '../line/catalogue/find-models.ts';
import type { Queryable } from '../platform/database/database.ts';
import { type Api, idParams, problemAnswers } from '../platform/http/api.ts';
import { sendProblem } from '../platform/http/problem.ts';
import { type Readers, reading } from '../platform/http/reading.ts';
import type { LoadedTicket } from './load-ticket.ts';
import { withTicket } from './with-ticket.ts';

export type DeviceTextDeps = Pick<Readers, 'reads'> & { vendorIds: VendorIds };

/** JSON may write each byte of the text as six characters. */
const LARGEST_BODY_BYTES = 6 * LONGEST_DEVICE_TEXT;

const tooLong = {
  code: 'body-too-large',
  detail: `Give at most ${LONGEST_DEVICE_TEXT / 1024} KiB of text; leave out what is not about this device`,
} as const;

type Device = DeviceReading['devices'][number];
type Note = DeviceReading['notes'][number];

/** The device with the catalogue's names: a text may give an alias. */
const withCatalogueNames = (device: Device, { canonical }: NamedModel): Device => {
  const { manufacturer, model } = device.fields;
  if (!canonical || !model) return device;
  const names = {
    ...(manufacturer && { manufacturer: { ...manufacturer, value: canonical.manufacturer } }),
    model: { ...model, value: canonical.model },
  };
  return { ...device, fields: { ...device.fields, ...names } };
};

/** The objections of the catalogue and the vendor ids to a device that was read. */
const notesOf = (
  { fields }: Device,
  place: string,
  { isKnown }: NamedModel,
  vendorIds: VendorIds,
): Note[] => {
  const [manufacturer, model] = [fields.manufacturer?.value, fields.model?.value];
  const mismatch = vendorMismatch(
    fields.serialNumber?.value ?? null,
    manufacturer ?? '',
    vendorIds,
  );
  return [
    ...(model && !isKnown
      ? [
          {
            code: 'unknown-model' as const,
            pointer: `${place}/model`,
            detail: `${model} is not in the device catalogue`,
          },
        ]
      : []),
    ...(manufacturer && mismatch
      ? [{ code: 'vendor-mismatch' as const, pointer: `${place}/serialNumber`, detail: mismatch }]
      : []),
  ];
};

/** What the catalogue and the vendor ids say of the devices. */
const judgeDevices = async (
  db: Queryable,
  devices: readonly Device[],
  vendorIds: VendorIds,
): Promise<{ devices: Device[]; notes: Note[] }> => {
  const names = devices.map(({ fields: { manufacturer, model } }) => ({
    manufacturer: manufacturer?.value ?? null,
    model: model?.value ?? null,
  }));
  const named = await findNamedModels(db, names);
  const judged = devices.map((device, index) => {
    const found = named[index] ?? { isKnown: false, canonical: null };
    const notes = notesOf(device, `/devices/${index}/fields`, found, vendorIds);
    return { device: withCatalogueNames(device, found), notes };
  });
  return {
    devices: judged.map(({ device }) => device),
    notes: judged.flatMap(({ notes }) => notes),
  };
};

const read = async (
  db: Queryable,
  { cpe, olt }: LoadedTicket,
  text: string,
  vendorIds: VendorIds,
): Promise<DeviceReading> => {
  const answer = readDeviceText(text, {
    olt: olt ?? UNKNOWN_OLT,
    recorded: cpe && withoutVersion(cpe),
  });
  const { devices, notes } = await judgeDevices(db, answer.devices, vendorIds);
  return { ...answer, devices, notes: [...answer.notes, ...notes] };
};

/**
 * `POST /ticket/ctt/cpe/read/:id`: reads a text with the facts of the ticket's line. Changes
 * nothing.
 */
export const registerDeviceText = (app: Api, deps: DeviceTextDeps): void => {
  app.post(
    '/ticket/ctt/cpe/read/:id',
    {
      config: { action: 'cpe-update:preview' },
      bodyLimit: LARGEST_BODY_BYTES,
      schema: {
        summary: 'What the text of a device, an OLT, a log or a label says of the line’s CPE',
        tags: ['cpe updates'],
        params: idParams,
        body: readDeviceTextRequestSchema,
        response: {
          200: deviceReadingSchema,
          ...problemAnswers(
            'malformed-request',
            'ctt-not-found',
            'body-too-large',
            'unsupported-media-type',
          ),
        },
      },
    },
    async (request, reply) => {
      const { text } = request.body;
      if (Buffer.byteLength(text) > LONGEST_DEVICE_TEXT) return sendProblem(reply, tooLong);
      const readers = reading(deps, reply);
      return withTicket(readers, request, reply, (ticket) =>
        read(readers.db, ticket, text, deps.vendorIds),
      );
    },
  );
};
