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
import { type Claims, claimIn, claimInAny, valuesOf } from './claims.ts';
import type { IdentityConfig } from './identity-config.ts';

// People read names. A name that cannot be shown is left out, which is no error. A character that
// changes the direction of text would reorder the line around the name.
const nameSchema = z
  .string()
  .transform((text) => withoutHidden(text))
  .pipe(plainText(200).refine((text) => !isBlank(text)))
  .transform((text) => text.trim())
  .optional()
  .catch(undefined);

const subjectSchema = plainText(255).refine(
  (text) => !isBlank(text) && !hasUnsafeCharacter(text) && withoutHidden(text) === text,
);

const namesSchema = z.object({
  name: nameSchema,
  preferred_username: nameSchema,
  email: nameSchema,
  client_id: nameSchema,
  azp: nameSchema,
  appid: nameSchema,
  sub: nameSchema,
});
type Names = z.infer<typeof namesSchema>;

const known = <Value extends string>(all: readonly Value[], held: readonly string[]): Value[] =>
  all.filter((value) => held.includes(value));

/**
 * The caller of these facts. Roles and segment groups that the contract does not have are ignored.
 */
export const callerOf = (
  id: string,
  name: string,
  held: { roles: readonly string[]; segmentGroups: readonly string[] },
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

/** A program's name, as the history and all pages show it: nobody may take it for a person. */
export const programName = (name: string): string => `${name} (program)`;

const personName = ({ name, preferred_username, email }: Names): string | undefined =>
  name ?? preferred_username ?? email;

const clientName = ({ client_id, azp, appid }: Names): string | undefined =>
  client_id ?? azp ?? appid;

/** Whether these claims are a program's: by Entra ID, by Okta, or by a client without a person. */
const isProgram = (claims: Claims, names: Names): boolean => {
  const { idtyp, cid, sub } = claims;
  if (idtyp === 'app' || (typeof cid === 'string' && sub === cid)) return true;
  return personName(names) === undefined && clientName(names) !== undefined;
};

const nameOf = (claims: Claims, kind: IdentityKind, id: string): string => {
  const names = namesSchema.parse(claims);
  const ownName = names.sub ?? id;
  // The client in an ID token is the portal, not the person.
  if (kind === 'sign-in') return personName(names) ?? ownName;
  const name = personName(names) ?? clientName(names) ?? ownName;
  return isProgram(claims, names) ? programName(name) : name;
};

/** What an issuer's values stand for, and the values that stand for nothing. */
const mapped = <Value extends string>(
  values: readonly string[],
  all: readonly Value[],
  map: ReadonlyMap<string, readonly Value[]> | null,
): { held: Value[]; ignored: string[] } => {
  const meaningOf = (value: string): readonly Value[] | undefined =>
    map === null ? all.filter((each) => each === value) : map.get(value);
  const held = values.flatMap((value) => meaningOf(value) ?? []);
  return { held, ignored: values.filter((value) => (meaningOf(value) ?? []).length === 0) };
};

/** Entra ID sends a link instead of more than 200 groups. */
const hasGroupOverage = (claims: Claims): boolean =>
  claimIn(claims, '/_claim_names/groups') !== undefined && !Object.hasOwn(claims, 'groups');

/** What an administrator can do about it. */
export const GROUP_OVERAGE =
  'The issuer sent a link instead of the groups, because there are too many. Use app roles, and ' +
  'send no groups in tokens, or only those assigned to the application';

/** A person who signs in at the portal, or whoever a bearer token names. */
export type IdentityKind = 'sign-in' | 'bearer';

/** Who the claims name. `ignored`: values of the claims that give neither a role nor a group. */
export type Identity =
  | { ok: true; caller: Caller; ignored: string[] }
  | { ok: false; reason: 'no-subject' | 'group-overage' };

/**
 * The identity in the claims of a verified token. What the token does not have is read from
 * `userinfo`.
 */
export const identityOf = (
  { token, userinfo = {} }: { token: Claims; userinfo?: Claims | undefined },
  config: IdentityConfig,
  kind: IdentityKind,
): Identity => {
  const sources = [token, userinfo];
  const subject = subjectSchema.safeParse(claimInAny(sources, config.subjectClaim));
  if (!subject.success) return { ok: false, reason: 'no-subject' };
  if (hasGroupOverage(token)) return { ok: false, reason: 'group-overage' };
  const id = subject.data;
  const inRoles = mapped(valuesOf(claimInAny(sources, config.rolesClaim)), roles, config.roleMap);
  const groups = claimInAny(sources, config.segmentGroupsClaim);
  const inGroups = mapped(valuesOf(groups), segmentGroups, config.segmentGroupMap);
  const isDefault = groups === undefined && inRoles.held.length > 0;
  const caller = callerOf(id, nameOf({ ...userinfo, ...token }, kind, id), {
    roles: inRoles.held,
    segmentGroups: isDefault ? config.defaultSegmentGroups : inGroups.held,
  });
  return { ok: true, caller, ignored: [...inRoles.ignored, ...inGroups.ignored] };
};

/** Whether the claims lack one that says what somebody may do. */
export const lacksRights = (
  claims: Claims,
  { rolesClaim, segmentGroupsClaim }: IdentityConfig,
): boolean =>
  [rolesClaim, segmentGroupsClaim].some((claim) => claimIn(claims, claim) === undefined);
