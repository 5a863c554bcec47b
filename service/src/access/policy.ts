import type { SegmentGroup } from '@cpe-desk/contract';

/** What may be edited, by configuration: groups of lines, and prefixes of addresses (none: any). */
export type Policy = { editableSegmentGroups: readonly SegmentGroup[]; allowedPrefixes: string[] };
