import {
  askAboutRefused,
  type DeviceModel,
  type DeviceReading,
  deviceReadingSchema,
  LONGEST_DEVICE_TEXT,
  readDeviceText,
  readDeviceTextRequestSchema,
  UNKNOWN_OLT,
  type UnknownModelPolicy,
  type VendorIds,
  vendorMismatch,
  withoutVersion,
} from '@cpe-desk/contract';
import type { Policy } from '../access/policy.ts';
import { findNamedModels } from '../line/catalogue/find-models.ts';
import type { Queryable } from '../platform/database/database.ts';
import { type Api, idParams, problemAnswers } from '../platform/http/api.ts';
import { sendProblem } from '../platform/http/problem.ts';
import { type Readers, reading } from '../platform/http/reading.ts';
import type { LoadedTicket } from './load-ticket.ts';
import { ruleFactsOf } from './rule-facts.ts';
import { withTicket } from './with-ticket.ts';

export type DeviceTextDeps = Pick<Readers, 'reads'> & {
  vendorIds: VendorIds;
  policy: Pick<Policy, 'allowedPrefixes' | 'unknownModel'>;
};

/** JSON may write each byte of the text as six characters. */
const LARGEST_BODY_BYTES = 6 * LONGEST_DEVICE_TEXT;

const tooLong = {
  code: 'body-too-large',
  detail: `Give at most ${LONGEST_DEVICE_TEXT / 1024} KiB of text; leave out what is not about this device`,
} as const;

type Device = DeviceReading['devices'][number];
type Note = DeviceReading['notes'][number];

/** The device with the catalogue's names: a text may give an alias. */
const withCatalogueNames = (device: Device, found: DeviceModel | null | undefined): Device => {
  const { manufacturer, model } = device.fields;
  if (!found || !model?.value) return device;
  const names = {
    ...(manufacturer && { manufacturer: { ...manufacturer, value: found.manufacturer } }),
    model: { ...model, value: found.model },
  };
  return { ...device, fields: { ...device.fields, ...names } };
};

/** What the names and the vendor id of a device say against it, though they break no rule. */
const notesOf = (
  { fields }: Device,
  place: string,
  found: DeviceModel | null | undefined,
  { unknownModel, vendorIds }: { unknownModel: UnknownModelPolicy; vendorIds: VendorIds },
): Note[] => {
  const [manufacturer, model] = [fields.manufacturer?.value, fields.model?.value];
  const mismatch = vendorMismatch(
    fields.serialNumber?.value ?? null,
    manufacturer ?? '',
    vendorIds,
  );
  return [
    ...(model && found === null && unknownModel === 'warn'
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

/** The names by which the catalogue finds a model: the recorded ones where the text has none. */
const nameOf = ({ fields: { manufacturer, model } }: Device, cpe: LoadedTicket['cpe']) => ({
  manufacturer: manufacturer?.value ?? (model?.value ? null : (cpe?.manufacturer ?? null)),
  model: model?.value ?? cpe?.model ?? null,
});

const read = async (
  db: Queryable,
  ticket: LoadedTicket,
  text: string,
  { policy, vendorIds }: DeviceTextDeps,
): Promise<DeviceReading> => {
  const recorded = ticket.cpe && withoutVersion(ticket.cpe);
  const answer = readDeviceText(text, { olt: ticket.olt ?? UNKNOWN_OLT, recorded });
  const names = answer.devices.map((device) => nameOf(device, ticket.cpe));
  const models = (await findNamedModels(db, names)).map(({ model }) => model);
  const named = answer.devices.map((device, at) => withCatalogueNames(device, models[at]));
  const facts = ruleFactsOf(ticket, policy);
  const notes = named.flatMap((device, at) =>
    notesOf(device, `/devices/${at}/fields`, models[at], {
      unknownModel: facts.unknownModel,
      vendorIds,
    }),
  );
  return askAboutRefused(
    { ...answer, devices: named, notes: [...answer.notes, ...notes] },
    { ...facts, recorded },
    models,
  );
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
      return withTicket(readers, request, reply, (ticket) => read(readers.db, ticket, text, deps));
    },
  );
};
