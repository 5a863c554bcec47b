import { type Cpe, changedFields, type Failure, isSameCpe } from '@cpe-desk/contract';
import { recordCompared } from '../incident/queries.ts';
import { run } from '../platform/database/database.ts';
import type { Proposal } from './2-check.ts';
import type { CpeUpdateDeps } from './deps.ts';

const heldBack = (detail: string): Failure => ({ code: 'unavailable', detail, cause: 'database-rewound' });

const differs = (before: Cpe, nig: Cpe): Failure => ({
  code: 'nig-differs',
  detail:
    'The database lost updates, and NIG holds other values for this line. Repeat with nigSeen to overwrite them',
  fields: changedFields(before, nig),
  nig,
});

/**
 * While an incident is open: whether an update of a line that was not compared since may go on. It may
 * where NIG holds the current or the new values, or those that the caller has seen there.
 * A NIG that does not know the line has nothing to lose.
 */
export const compareFirst = async (
  { db, nig, nigTimeoutMs }: Pick<CpeUpdateDeps, 'db' | 'nig' | 'nigTimeoutMs'>,
  incidentId: string,
  { ticket, before, after }: Pick<Proposal, 'ticket' | 'before' | 'after'>,
  nigSeen: Cpe | undefined,
): Promise<Failure | undefined> => {
  if (!nig.cpeOf)
    return heldBack('The database lost updates and NIG cannot be asked; a supervisor has to open this line');
  const began = performance.now();
  const held = await nig.cpeOf(ticket.line.id);
  if (held === undefined)
    return heldBack('The database lost updates and NIG does not say now what it holds for this line');
  if (held === null || isSameCpe(held, before)) {
    await run(db, recordCompared, [
      incidentId,
      [ticket.line.id],
      [true],
      2 * nigTimeoutMs,
      performance.now() - began,
    ]);
    return undefined;
  }
  if (isSameCpe(held, after) || (nigSeen && isSameCpe(held, nigSeen))) return undefined;
  return differs(before, held);
};
