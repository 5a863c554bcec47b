import { type Cpe, changedFields, completeCpe, type Failure, isSameCpe } from '@cpe-desk/contract';
import { recordComparedLines } from '../incident/incident.sql.ts';
import { type Queryable, run } from '../platform/database/database.ts';
import type { Proposal } from './2-check.ts';
import type { CpeUpdateDeps } from './deps.ts';

const heldBack = (detail: string): Failure => ({
  code: 'unavailable',
  detail,
  cause: 'database-rewound',
});

const differs = (before: Cpe, nig: Cpe): Failure => ({
  code: 'nig-differs',
  detail:
    'The database lost updates, and NIG holds different values for this line. Repeat with nigSeen to overwrite them',
  fields: changedFields(before, completeCpe(nig, before)),
  nig,
});

/** Whether NIG holds these values, as far as it answers them. */
const isHeld = (held: Cpe, values: Cpe): boolean => isSameCpe(completeCpe(held, values), values);

/**
 * During an incident: the failure of an update whose line was not compared since it began, or
 * undefined. The update may continue where NIG holds the current or the new values, or those that
 * the caller has seen there. Where NIG does not know the line, nothing can be overwritten.
 */
export const compareFirst = async (
  { db, nig, nigTimeoutMs }: Pick<CpeUpdateDeps, 'nig' | 'nigTimeoutMs'> & { db: Queryable },
  incidentId: string,
  { ticket, before, after }: Pick<Proposal, 'ticket' | 'before' | 'after'>,
  nigSeen: Cpe | undefined,
): Promise<Failure | undefined> => {
  if (!nig.capabilities.cpeOf)
    return heldBack(
      'The database lost updates, and this NIG has no look-up; a supervisor must open this line',
    );
  const began = performance.now();
  const held = await nig.cpeOf(ticket.line.id);
  if (held === undefined)
    return heldBack(
      'The database lost updates, and NIG does not answer which CPE it holds for this line; try again later',
    );
  if (held === null || isHeld(held, before)) {
    await run(db, recordComparedLines, [
      incidentId,
      [ticket.line.id],
      [true],
      2 * nigTimeoutMs,
      performance.now() - began,
    ]);
    return undefined;
  }
  const hasSeen = nigSeen && isHeld(held, completeCpe(nigSeen, held));
  if (isHeld(held, after) || hasSeen) return undefined;
  return differs(before, held);
};
