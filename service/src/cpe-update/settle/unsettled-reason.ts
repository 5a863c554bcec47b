import type { ClaimKind } from '@cpe-desk/contract';
import { CLAIM_KEYS, type Claim, claimsOf } from '../../line/claims.ts';
import { one, run } from '../../platform/database/database.ts';
import { brokenKey } from '../../platform/database/errors.ts';
import { loadNetwork } from '../../tickets/load-ticket.ts';
import { selectApplicable, selectForeignClaims } from '../cpe-update.sql.ts';
import type { CpeUpdateDeps } from '../deps.ts';
import { updateOf } from '../read-update.ts';
import { claimParams } from '../taken-values.ts';

const LONGEST_REASON = 500;

const nameOf: Readonly<Record<ClaimKind, string>> = {
  'ip-address': 'IP address',
  port: 'port',
  'serial-number': 'serial number',
  'mac-address': 'MAC address',
  'ipv6-prefix': 'IPv6 prefix',
};

const describeClaim = ({ kind, value }: Claim): string => {
  const [olt, port] = value.split('|');
  return kind === 'port' && port ? `port ${port} of OLT ${olt}` : `${nameOf[kind]} ${value}`;
};

/** The values that the update would take from another line, which readers do not learn. */
const takenValues = async (
  { db, schemas: { newest, oldest } }: Pick<CpeUpdateDeps, 'db' | 'schemas'>,
  updateId: string,
): Promise<string[]> => {
  const row = await one(db, selectApplicable, [updateId, newest, oldest]);
  const { oltId } = await loadNetwork(db, row.service_line_id);
  const claims = claimsOf(updateOf(row).after, oltId);
  const params = claimParams([{ id: row.service_line_id, claims }]);
  return (await run(db, selectForeignClaims, params)).map(describeClaim);
};

/** Why an update could not be settled, for the person who must settle it. */
export const unsettledReason = async (
  deps: Pick<CpeUpdateDeps, 'db' | 'schemas'>,
  updateId: string,
  error: unknown,
): Promise<string> => {
  const taken = CLAIM_KEYS.includes(brokenKey(error)) ? await takenValues(deps, updateId) : [];
  if (taken.length > 0)
    return `NIG accepted the update, but another line holds ${taken.join(', ')}`;
  const message = error instanceof Error ? error.message : String(error);
  return `The desk cannot settle the update: ${message}`.slice(0, LONGEST_REASON);
};
