import * as z from 'zod';
import { canUpdateSchema } from './can-update.ts';
import { unknownModelPolicies } from './catalogue.ts';
import { cpeSchema, versionedCpeSchema } from './cpe.ts';
import { unsettledStates } from './cpe-update-state.ts';
import { eligibilitySchema } from './eligibility.ts';
import { bandwidthSchema } from './fields/bandwidth.ts';
import { accessTypeSchema, oltPortsSchema } from './fields/ports/port.ts';
import { plainText } from './fields/text.ts';
import { nigCapabilitiesSchema } from './nig.ts';
import {
  networkElementKinds,
  segmentGroupSchema,
  segmentGroups,
  serviceLineSchema,
  technologies,
  technologySchema,
} from './service-line.ts';
import { ticketStatuses, ticketStatusSchema } from './ticket-status.ts';

export const networkElementSchema = z
  .object({
    id: z.string(),
    kind: z.enum(networkElementKinds),
    name: z.string(),
    manufacturer: z.string().nullable(),
    model: z.string().nullable(),
  })
  .meta({ id: 'NetworkElement' });
export type NetworkElement = z.infer<typeof networkElementSchema>;

export const corpDataSchema = z
  .object({ serviceLineId: z.string(), cpe: cpeSchema, refreshedAt: z.iso.datetime() })
  .meta({
    id: 'CorpData',
    description: 'The corp-data temp record: the local copy that other modules read',
  });
export type CorpData = z.infer<typeof corpDataSchema>;

export const unsettledUpdateSchema = z
  .object({
    updateId: z.string(),
    state: z.enum(unsettledStates),
    since: z.iso.datetime(),
    by: z.string(),
  })
  .meta({ id: 'UnsettledUpdate' });
export type UnsettledUpdate = z.infer<typeof unsettledUpdateSchema>;

/**
 * The facts of this line that the shared CPE rules need. The portal checks them while typing, the
 * service checks them again.
 */
export const lineFactsSchema = z
  .object({
    accessType: accessTypeSchema.nullable(),
    plan: bandwidthSchema,
    oltManufacturer: z
      .string()
      .nullable()
      .default(null)
      .describe('Decides how ports are written; null also from an instance of 0.1.0'),
    oltPorts: oltPortsSchema.nullable(),
    allowedPrefixes: z.array(z.string()),
    knowsDualStack: z
      .boolean()
      // An instance of the release before does not answer it.
      .default(false)
      .describe(
        'Whether ipv6Address and ipv6Prefix can be recorded: not while an older instance may run',
      ),
    unknownModel: z
      .enum(unknownModelPolicies)
      .default('refuse')
      .describe('Whether a model that the catalogue lacks is refused, or only warned about'),
    neighbours: z
      .array(z.object({ kind: z.string(), name: z.string(), addresses: z.array(z.string()) }))
      .default([])
      .describe('The IP and MAC addresses of the OLT and of gateways on the line’s path'),
    oltPrefixes: z
      .array(z.string())
      .describe(
        'The /24 and /64 prefixes of the CPEs of other lines on the same OLT, most used first',
      ),
  })
  .meta({ id: 'LineFacts' });
export type LineFacts = z.infer<typeof lineFactsSchema>;

/** What NIG held for the line at the last comparison, where that differs from the record. */
export const nigDriftSchema = z
  .object({
    seenAt: z.iso.datetime(),
    held: cpeSchema.nullable().describe('Null: NIG has no CPE for the line'),
  })
  .nullable()
  // An instance of the release before does not answer it.
  .default(null)
  .describe(
    'What NIG holds instead of this CPE, by the last comparison; null: no difference known',
  );
export type NigDrift = z.infer<typeof nigDriftSchema>;

export const ticketSchema = z
  .object({
    id: z.string(),
    ticketNo: z.string(),
    status: ticketStatusSchema,
    title: z.string(),
    openedAt: z.iso.datetime(),
    serviceLine: serviceLineSchema,
    cpe: versionedCpeSchema.nullable(),
    networkElements: z.array(networkElementSchema),
    corpData: corpDataSchema.nullable(),
    eligibility: eligibilitySchema,
    canUpdate: canUpdateSchema,
    nigDrift: nigDriftSchema,
    unsettledUpdate: unsettledUpdateSchema.nullable(),
    lineFacts: lineFactsSchema,
    cpeRecorded: z
      .object({ at: z.iso.datetime(), by: z.string().nullable() })
      .nullable()
      .describe('When the current CPE was recorded and by whom; `by` null: by an import'),
    otherTickets: z
      .array(
        z.object({
          id: z.string(),
          ticketNo: z.string(),
          status: ticketStatusSchema,
          openedAt: z.iso.datetime(),
        }),
      )
      .describe('The newest other tickets of the service line'),
    nig: z
      .object({
        isAvailable: z.boolean(),
        // An instance of the release before does not answer it.
        capabilities: nigCapabilitiesSchema.nullable().default(null),
      })
      .describe('False while NIG does not answer and the desk answers nig-unavailable at once'),
  })
  .meta({ id: 'Ticket', description: 'A customer trouble ticket with its service line' });
export type Ticket = z.infer<typeof ticketSchema>;

export const ticketListItemSchema = z
  .object({
    id: z.string(),
    ticketNo: z.string(),
    status: ticketStatusSchema,
    title: z.string(),
    openedAt: z.iso.datetime(),
    customer: z.string(),
    segmentGroup: segmentGroupSchema,
    technology: technologySchema,
    managedServices: z.boolean(),
    editable: z.boolean().describe('By the rules of eligibility alone'),
    canUpdate: canUpdateSchema,
  })
  .meta({ id: 'TicketListItem' });
export type TicketListItem = z.infer<typeof ticketListItemSchema>;

export const ticketListSchema = z
  .object({
    items: z.array(ticketListItemSchema),
    nextCursor: z.string().nullable().describe('Where the next page begins; null at the end'),
    isPartial: z
      .boolean()
      .default(false)
      .describe(
        'True where too many tickets match `q`: only the newest 100,000 were searched. Narrow the search',
      ),
  })
  .meta({ id: 'TicketList' });
export type TicketList = z.infer<typeof ticketListSchema>;

/**
 * The header of a request that a page makes automatically, as when it looks whether a list changed:
 * it does not extend the session.
 */
export const BACKGROUND = 'x-background';

export const ticketSorts = ['-openedAt', 'openedAt', '-ticketNo', 'ticketNo'] as const;
export type TicketSort = (typeof ticketSorts)[number];

const yesOrNo = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Values of a filter, separated by commas. */
const oneOrMore = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(values)))
    .describe(`One or more of ${values.join(', ')}, separated by commas`);

export const pageLimit = (usual: number) => z.coerce.number().int().min(1).max(200).default(usual);

/**
 * The filters of a ticket list. A filter with several values is given once, separated by commas.
 */
const ticketFilter = {
  q: plainText(100)
    .optional()
    .describe(
      'A ticket number, service line id, serial number, MAC address, IP address, prefix or OLT port in ' +
        'each usual spelling, which is then alone; or a part of one, of a customer, or the beginning of a model',
    ),
  status: oneOrMore(ticketStatuses).optional(),
  segmentGroup: oneOrMore(segmentGroups).optional(),
  technology: oneOrMore(technologies).optional(),
  managedServices: yesOrNo.optional(),
  editable: yesOrNo.optional(),
};

/** The query of `GET /ticket/ctt`. */
export const ticketListQuerySchema = z.strictObject({
  ...ticketFilter,
  sort: z.enum(ticketSorts).default('-openedAt'),
  cursor: plainText(500).optional().describe('nextCursor of the page before'),
  limit: pageLimit(50),
});
export type TicketListQuery = z.infer<typeof ticketListQuerySchema>;

/** The query of `GET /ticket/ctt/counts`. */
export const ticketFilterSchema = z.strictObject(ticketFilter);
export type TicketFilter = z.infer<typeof ticketFilterSchema>;

/** The query of `GET /ticket/ctt/export.csv` and `export.xlsx`. */
export const ticketExportQuerySchema = z.strictObject({
  ...ticketFilter,
  ids: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(plainText(100)).min(1).max(200))
    .optional()
    .describe('Only these tickets: up to 200 ids, separated by commas'),
  sort: z.enum(ticketSorts).default('-openedAt'),
});
export type TicketExportQuery = z.infer<typeof ticketExportQuerySchema>;

/** The number of tickets of each status and segment group, with all the other filters applied. */
export const ticketCountsSchema = z
  .object({
    status: z.record(z.enum(ticketStatuses), z.int()),
    segmentGroup: z.record(z.enum(segmentGroups), z.int()),
    isAtLeast: z
      .boolean()
      .describe('True where the count stopped at a limit: more tickets may match'),
  })
  .meta({ id: 'TicketCounts' });
export type TicketCounts = z.infer<typeof ticketCountsSchema>;
