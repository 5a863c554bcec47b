import type { SegmentGroup, UnknownModelPolicy } from '@cpe-desk/contract';

/**
 * What the configuration allows: segment groups, prefixes of addresses (none: any), and models that
 * the catalogue lacks.
 */
export type Policy = {
  editableSegmentGroups: readonly SegmentGroup[];
  allowedPrefixes: string[];
  unknownModel: UnknownModelPolicy;
};
