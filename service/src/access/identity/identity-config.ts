import type { SegmentGroup } from '@cpe-desk/contract';
import type { RoleMap, SegmentGroupMap } from './claim-maps.ts';

/** How the desk reads who somebody is, and what they may do, from an issuer's claims. */
export type IdentityConfig = {
  /** Name of the claim, or a JSON Pointer to it; so are the other two. */
  subjectClaim: string;
  rolesClaim: string;
  segmentGroupsClaim: string;
  /** Null: the claim has the contract's names. */
  roleMap: RoleMap | null;
  segmentGroupMap: SegmentGroupMap | null;
  /** Of whoever has a role and no claim with segment groups at all. */
  defaultSegmentGroups: readonly SegmentGroup[];
};
