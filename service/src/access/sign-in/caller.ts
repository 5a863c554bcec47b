import {
  actionsOf,
  type Caller,
  hasUnsafeCharacter,
  isBlank,
  plainText,
  roles,
  segmentGroups,
  withoutHidden,
} from '@cpe-desk/contract';
import { z } from 'zod';

/** The claims with roles and segment groups. Issuers name them differently. */
export type ClaimNames = { rolesClaim: string; segmentGroupsClaim: string };

// People read names. A name that cannot be shown is left out, which is no error. A character that
// changes the direction of text would reorder the line around the name.
const nameSchema = z
  .string()
  .transform((text) => withoutHidden(text))
  .pipe(plainText(200).refine((text) => !isBlank(text)))
  .transform((text) => text.trim())
  .optional()
  .catch(undefined);

const identitySchema = z.object({
  sub: plainText(255).refine(
    (text) => !isBlank(text) && !hasUnsafeCharacter(text) && withoutHidden(text) === text,
  ),
  name: nameSchema,
  preferred_username: nameSchema,
});

// Some issuers write a claim with one value as a string.
const valuesSchema = z
  .union([z.array(z.unknown()), z.string().transform((value) => [value])])
  .catch([]);

const known = <Value extends string>(all: readonly Value[], claim: unknown): Value[] => {
  const held = new Set(valuesSchema.parse(claim));
  return all.filter((value) => held.has(value));
};

/**
 * The caller of these facts. Roles and segment groups that the contract does not have are ignored.
 */
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

/** The caller of a verified token's claims; undefined where they name no usable subject. */
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
