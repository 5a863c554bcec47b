import { z } from 'zod';

/** The claims of a token, or the answer of `userinfo`. */
export type Claims = Readonly<Record<string, unknown>>;

const objectSchema = z.record(z.string(), z.unknown());

/** A member of an object, or an element of an array; never an inherited one. */
const memberOf = (value: unknown, name: string): unknown => {
  if (Array.isArray(value)) return /^(?:0|[1-9]\d*)$/.test(name) ? value[Number(name)] : undefined;
  const object = objectSchema.safeParse(value).data;
  return object && Object.hasOwn(object, name) ? object[name] : undefined;
};

const unescaped = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

/** Whether a text is a claim's name, or a JSON Pointer that RFC 6901 allows. */
export const isClaim = (claim: string): boolean =>
  !claim.startsWith('/') || !/~(?![01])/.test(claim);

/**
 * The value of a claim: by its name, or by a JSON Pointer (RFC 6901) where it begins with `/`.
 * Names such as `https://issuer/roles` contain dots and slashes, so only the beginning decides.
 */
export const claimIn = (claims: Claims, claim: string): unknown =>
  claim.startsWith('/')
    ? claim.slice(1).split('/').map(unescaped).reduce<unknown>(memberOf, claims)
    : memberOf(claims, claim);

/** The value of a claim in the first of these sources that has it. */
export const claimInAny = (sources: readonly Claims[], claim: string): unknown =>
  sources.map((claims) => claimIn(claims, claim)).find((value) => value !== undefined);

/**
 * The values of a claim: the texts of an array, the parts of a text (at spaces and commas), or the
 * names of an object's members (Zitadel). Anything else has none.
 */
export const valuesOf = (claim: unknown): string[] => {
  if (typeof claim === 'string') return claim.split(/[\s,]+/).filter(Boolean);
  if (Array.isArray(claim)) return claim.filter((value) => typeof value === 'string');
  return Object.keys(objectSchema.safeParse(claim).data ?? {});
};
