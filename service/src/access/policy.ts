import type { SegmentGroup } from '@cpe-desk/contract';

/**
 * What the configuration allows to be edited: segment groups, and prefixes of addresses (none:
 * any).
 */
export type Policy = { editableSegmentGroups: readonly SegmentGroup[]; allowedPrefixes: string[] };
