import { type Role, roles, type SegmentGroup, segmentGroups } from '@cpe-desk/contract';
import { z } from 'zod';

/** What an issuer's value stands for. A map: a member of the token must not find `constructor`. */
export type RoleMap = ReadonlyMap<string, readonly Role[]>;
export type SegmentGroupMap = ReadonlyMap<string, readonly SegmentGroup[]>;

const list = new Intl.ListFormat('en', { type: 'disjunction' });

const objectIn = (json: string): Record<string, unknown> | undefined => {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(json));
  } catch {
    return undefined; // not JSON, or no object
  }
};

/** A setting with a JSON object, whose values `valueSchema` reads. Errors name the member. */
const mapOf = <Value>(valueSchema: z.ZodType<readonly Value[]>, example: string, right: string) =>
  z.string().transform((json, context): ReadonlyMap<string, readonly Value[]> => {
    const object = objectIn(json);
    if (object === undefined) context.addIssue(`must be a JSON object such as ${example}`);
    const map = new Map<string, readonly Value[]>();
    for (const [name, given] of Object.entries(object ?? {})) {
      const { data } = valueSchema.safeParse(given);
      if (data) map.set(name, data);
      else
        context.addIssue(
          `the member ${JSON.stringify(name)} has ${JSON.stringify(given)}; right is ${right}`,
        );
    }
    return map;
  });

export const roleMapSchema = mapOf<Role>(
  z.enum(roles).transform((role) => [role]),
  '{"CPE-Operators": "operator"}',
  list.format(roles.map((role) => `"${role}"`)),
);

export const segmentGroupMapSchema = mapOf<SegmentGroup>(
  z.union([z.literal('*').transform(() => segmentGroups), z.array(z.enum(segmentGroups))]),
  '{"seg-sme": ["SME"], "seg-all": "*"}',
  `"*" or an array of ${segmentGroups.join(', ')}`,
);
