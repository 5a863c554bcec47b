import { actionsOf, type Caller, plainText, roles, segmentGroups } from '@cpe-desk/contract';
import { z } from 'zod';

/** The claims that say what someone may do; issuers call them differently. */
export type ClaimNames = { rolesClaim: string; segmentGroupsClaim: string };

const identitySchema = z.object({
  sub: plainText(255).min(1),
  // Names are for people to read: one that can not be shown is left out, not an error.
  name: plainText(200).trim().min(1).optional().catch(undefined),
  preferred_username: plainText(200).trim().min(1).optional().catch(undefined),
});

// Some issuers write a claim that has one value as a string.
const valuesSchema = z.union([z.array(z.unknown()), z.string().transform((value) => [value])]).catch([]);

const known = <Value extends string>(all: readonly Value[], claim: unknown): Value[] => {
  const held = new Set(valuesSchema.parse(claim));
  return all.filter((value) => held.has(value));
};

/** Puts together what is known of someone. Roles and segment groups that the contract does not know count for nothing. */
export const callerOf = (
  id: string,
  name: string,
  held: { roles: unknown; segmentGroups: unknown },
): Caller => {
  const heldRoles = known(roles, held.roles);
  return {
    id,
    name,
    roles: heldRoles,
    segmentGroups: known(segmentGroups, held.segmentGroups),
    actions: actionsOf(heldRoles),
  };
};

/** Who the claims of a verified token speak of; undefined when they name no usable subject. */
export const callerFromClaims = (claims: unknown, names: ClaimNames): Caller | undefined => {
  const identity = identitySchema.safeParse(claims);
  if (!identity.success) return undefined;
  const { sub, name, preferred_username } = identity.data;
  const all = z.record(z.string(), z.unknown()).parse(claims);
  return callerOf(sub, name ?? preferred_username ?? sub, {
    roles: all[names.rolesClaim],
    segmentGroups: all[names.segmentGroupsClaim],
  });
};
