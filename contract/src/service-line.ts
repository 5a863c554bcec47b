import * as z from 'zod';
import { bandwidthSchema } from './fields/bandwidth.ts';
import { accessTypeSchema } from './fields/ports/port.ts';

export const technologies = ['FTTH', 'FTTB', 'COPPER', 'FWA'] as const;
export type Technology = (typeof technologies)[number];

export const segmentGroups = ['ENTERPRISE', 'GOVERNMENT', 'SME', 'WHOLESALE', 'CONSUMER'] as const;
export type SegmentGroup = (typeof segmentGroups)[number];

export const networkElementKinds = ['OLT', 'SPLITTER', 'ONT', 'CPE'] as const;
export type NetworkElementKind = (typeof networkElementKinds)[number];

/** The network elements that a line must have before its CPE can be updated. */
export const requiredElementKinds = ['OLT', 'CPE'] as const satisfies readonly NetworkElementKind[];

export const technologySchema = z.enum(technologies);
export const segmentGroupSchema = z.enum(segmentGroups);

export const serviceLineSchema = z
  .object({
    id: z.string(),
    technology: technologySchema,
    accessType: accessTypeSchema.nullable(),
    managedServices: z.boolean(),
    segmentGroup: segmentGroupSchema,
    customer: z.string(),
    plan: bandwidthSchema,
  })
  .meta({ id: 'ServiceLine', description: "A customer's access service; the plan is in kbit/s" });
export type ServiceLine = z.infer<typeof serviceLineSchema>;
