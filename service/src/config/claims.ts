import { segmentGroups } from '@cpe-desk/contract';
import { z } from 'zod';
import { roleMapSchema, segmentGroupMapSchema } from '../access/identity/claim-maps.ts';
import { isClaim } from '../access/identity/claims.ts';
import type { IdentityConfig } from '../access/identity/identity-config.ts';
import { listOf, text, usually, type ValuesOf, without } from './setting.ts';

const claim = text.refine(isClaim, 'is not a JSON Pointer: after ~ comes 0 or 1 (RFC 6901)');

/** Which claims of the issuer say who somebody is and what they may do. */
export const claimSettings = {
  OIDC_ROLES_CLAIM: usually(
    'roles',
    claim,
    'claim with the roles: its name, or a JSON Pointer such as /realm_access/roles',
  ),
  OIDC_SEGMENT_GROUPS_CLAIM: usually(
    'segment_groups',
    claim,
    'claim with the segment groups: its name, or a JSON Pointer',
  ),
  OIDC_ROLE_MAP: without(
    "none: the claim has the desk's roles",
    roleMapSchema.optional(),
    'JSON from the issuer\'s value to the role, as {"CPE-Operators": "operator"}; other values count for nothing',
  ),
  OIDC_SEGMENT_GROUP_MAP: without(
    "none: the claim has the desk's segment groups",
    segmentGroupMapSchema.optional(),
    'JSON from the issuer\'s value to segment groups, as {"seg-sme": ["SME"], "seg-all": "*"}',
  ),
  OIDC_DEFAULT_SEGMENT_GROUPS: without(
    'none',
    listOf(z.enum(segmentGroups)).prefault(''),
    'segment groups of whoever has a role and no claim with segment groups, separated by commas',
  ),
  OIDC_SUBJECT_CLAIM: usually(
    'sub',
    claim,
    'claim whose value names a person or program permanently; oid with Entra ID',
  ),
};

/** How the desk reads claims by these settings. */
export const identityConfig = (settings: ValuesOf<typeof claimSettings>): IdentityConfig => ({
  subjectClaim: settings.OIDC_SUBJECT_CLAIM,
  rolesClaim: settings.OIDC_ROLES_CLAIM,
  segmentGroupsClaim: settings.OIDC_SEGMENT_GROUPS_CLAIM,
  roleMap: settings.OIDC_ROLE_MAP ?? null,
  segmentGroupMap: settings.OIDC_SEGMENT_GROUP_MAP ?? null,
  defaultSegmentGroups: settings.OIDC_DEFAULT_SEGMENT_GROUPS,
});
