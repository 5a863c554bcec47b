import type { ClaimKind, Cpe, Failure, Finding } from '@cpe-desk/contract';
import type { Claim } from '../line/claims.ts';
import { type Queryable, run } from '../platform/database/database.ts';
import type { Proposal } from './2-check.ts';
import {
  type SelectForeignClaimsRow,
  selectForeignClaims,
  selectValuesHeldElsewhere,
} from './cpe-update.sql.ts';

/** What decides whether a proposal's values are free. */
export type Claiming = Pick<Proposal, 'claims' | 'ticket' | 'after'>;

/** Values that another line has: the failure, and the lines that hold them where claims say so. */
export type Taken = { failure: Failure; holders: readonly SelectForeignClaimsRow[] };

const fieldOf: Readonly<Record<ClaimKind, { pointer: string; name: string }>> = {
  'ip-address': { pointer: '/new/ipAddress', name: 'IP address' },
  port: { pointer: '/new/port', name: 'port' },
  'serial-number': { pointer: '/new/serialNumber', name: 'serial number' },
  'mac-address': { pointer: '/new/macAddress', name: 'MAC address' },
  'ipv6-prefix': {
    pointer: '/new/ipv6Prefix',
    name: 'IPv6 prefix, a part of it or an address in it',
  },
};

/** An IP address may be in two fields. */
const placeOf = ({ kind, value }: Claim, { ipv6Address }: Cpe) =>
  kind === 'ip-address' && value === ipv6Address
    ? { pointer: '/new/ipv6Address', name: 'IPv6 address, or a prefix that holds it' }
    : fieldOf[kind];

/** Claims with their lines, as parameters of the statements about claims. */
export const claimParams = (
  lines: readonly { id: string; claims: readonly Claim[] }[],
): [serviceLineIds: string[], kinds: string[], values: string[]] => {
  const all = lines.flatMap(({ id, claims }) => claims.map((claim) => ({ id, ...claim })));
  return [all.map(({ id }) => id), all.map(({ kind }) => kind), all.map(({ value }) => value)];
};

const takenFailure = (foreign: readonly Claim[], after: Cpe): Failure => {
  const values = new Map(foreign.map((claim) => [`${claim.kind} ${claim.value}`, claim]));
  const errors: Finding[] = [...values.values()]
    .map((claim) => placeOf(claim, after))
    .map(({ pointer, name }) => ({
      pointer,
      code: 'in-use',
      detail: `Another line has this ${name}; give a free one`,
    }))
    .sort((a, b) => a.pointer.localeCompare(b.pointer));
  return {
    code: 'value-in-use',
    detail: 'Another line uses one or more of the new values',
    errors,
  };
};

const paramsOf = (proposals: readonly Claiming[]) =>
  claimParams(proposals.map(({ ticket, claims }) => ({ id: ticket.line.id, claims })));

/**
 * For each of these proposals of different lines, the new values that another line uses; undefined
 * where none does. The failures do not name the holders.
 */
export const takenValues = async (
  db: Queryable,
  proposals: readonly Claiming[],
): Promise<(Taken | undefined)[]> => {
  const rows = await run(db, selectForeignClaims, paramsOf(proposals));
  const byLine = Map.groupBy(rows, (row) => row.service_line_id);
  return proposals.map(({ ticket, after }) => {
    const holders = byLine.get(ticket.line.id);
    return holders && { failure: takenFailure(holders, after), holders };
  });
};

/** The failure of new values that another line uses; undefined where none does. */
export const inUse = async (db: Queryable, proposal: Claiming): Promise<Failure | undefined> =>
  (await takenValues(db, [proposal]))[0]?.failure;

/**
 * For each of these proposals of different lines, the failure of new values that NIG held for
 * another line at the last comparison; undefined where it held none.
 */
export const valuesHeldElsewhere = async (
  db: Queryable,
  proposals: readonly Claiming[],
): Promise<(Failure | undefined)[]> => {
  const rows = await run(db, selectValuesHeldElsewhere, paramsOf(proposals));
  const byLine = Map.groupBy(rows, (row) => row.service_line_id);
  return proposals.map(({ ticket, after }) => {
    const held = byLine.get(ticket.line.id);
    return held && takenFailure(held, after);
  });
};
