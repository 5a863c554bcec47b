import { type Caller, segmentGroups } from '@cpe-desk/contract';
import { errors, jwtVerify } from 'jose';
import { GROUP_OVERAGE, identityOf, lacksRights } from '../identity/caller.ts';
import { ALGORITHMS, examineBearer } from './bearer-token.ts';
import type { Issuer } from './issuer.ts';
import type { IssuerConfig } from './sign-in-config.ts';

type Examined = { isGood: boolean; lines: string[] };

const refused = (kind: string, why: string): Examined => ({
  isGood: false,
  lines: [`${kind} is refused: ${why}`],
});

const shown = (kind: string, caller: Caller, ignored: readonly string[]): Examined => {
  const { id, name, roles, segmentGroups: groups } = caller;
  const all = groups.length === segmentGroups.length ? 'all' : groups.join(', ');
  return {
    isGood: roles.length > 0,
    lines: [
      `${kind} names ${name}, id ${id}`,
      `  roles           ${roles.join(', ') || 'none'}`,
      `  segment groups  ${all || 'none'}`,
      `  ignored         ${ignored.join(', ') || 'none'}`,
    ],
  };
};

const examineAccess = async (
  issuer: Issuer,
  token: string,
  config: IssuerConfig,
): Promise<Examined> => {
  const kind = 'The access token';
  const found = await examineBearer(issuer, token, config);
  return found.ok ? shown(kind, found.caller, found.ignored) : refused(kind, found.why);
};

/** A person's ID token, as at the end of a sign-in, but for its nonce and without `userinfo`. */
const examineId = async (
  issuer: Issuer,
  token: string,
  { identity: config, clientId, clockSkewS }: IssuerConfig,
): Promise<Examined> => {
  const kind = 'The ID token';
  const { identifier, keys } = await issuer();
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: identifier,
      audience: clientId,
      algorithms: ALGORITHMS,
      clockTolerance: clockSkewS,
    });
    const found = identityOf({ token: payload }, config, 'sign-in');
    if (!found.ok)
      return refused(kind, found.reason === 'group-overage' ? GROUP_OVERAGE : found.reason);
    const { isGood, lines } = shown(kind, found.caller, found.ignored);
    if (!lacksRights(payload, config)) return { isGood, lines };
    return { isGood: true, lines: [...lines, '  it lacks a claim: the desk asks userinfo for it'] };
  } catch (error) {
    if (error instanceof errors.JOSEError) return refused(kind, error.message);
    throw error;
  }
};

/** Says what tokens of the issuer give, for whoever sets sign-in up. */
export const examineTokens = async (
  issuer: Issuer,
  config: IssuerConfig,
  { access, id }: { access: string | undefined; id: string | undefined },
): Promise<{ areGood: boolean; lines: string[] }> => {
  const examined = [
    ...(access === undefined ? [] : [await examineAccess(issuer, access, config)]),
    ...(id === undefined ? [] : [await examineId(issuer, id, config)]),
  ];
  return {
    areGood: examined.every(({ isGood }) => isGood),
    lines: examined.flatMap(({ lines }) => lines),
  };
};
