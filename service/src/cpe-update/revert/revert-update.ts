import {
  type Caller,
  type Cpe,
  type CpeUpdate,
  changedFields,
  type Failure,
  type RevertRequest,
  withoutVersion,
} from '@cpe-desk/contract';
import { heldFailure } from '../../hold/held.ts';
import { failed } from '../../platform/result.ts';
import { ticketNotFound } from '../../tickets/load-ticket.ts';
import { loadContext } from '../1-load.ts';
import type { FlowDeps } from '../batches.ts';
import { replay, type UpdateOutcome, updateCpe } from '../cpe-update.ts';
import type { KeyedRequest } from '../idempotency.ts';
import type { Origin } from '../intent.ts';

/** The failure of a revert onto the present CPE; undefined where the revert is possible. */
const notRevertible = ({ state, changed, after }: CpeUpdate, now: Cpe): Failure | undefined => {
  const refuse = (
    detail: string,
    conflicts: { field: (typeof changed)[number] }[] = [],
  ): Failure => ({
    code: 'not-revertible',
    detail,
    conflicts: conflicts.map(({ field }) => ({
      field,
      after: after[field] ?? null,
      now: now[field] ?? null,
    })),
  });
  if (state !== 'applied')
    return refuse(`The update is ${state}; only an applied one can be reverted`);
  if (changed.length === 0) return refuse('A refresh changed no field; no field can be reverted');
  const touched = changedFields(after, now).filter((field) => changed.includes(field));
  if (touched.length === 0) return undefined;
  return refuse(
    'A later update changed the same fields; correct them instead',
    touched.map((field) => ({ field })),
  );
};

/**
 * Reverts an applied update by a new update through the same flow: validated, eligible, accepted by
 * NIG, in the history. Fields that the update did not change stay as they are.
 */
export const revertUpdate = async (
  deps: FlowDeps,
  caller: Caller,
  update: CpeUpdate,
  { reason, nigSeen }: RevertRequest,
  key: KeyedRequest | null,
  origin: Origin,
): Promise<UpdateOutcome> => {
  // The first attempt may have changed the line, so a retry checks its key before the line.
  const earlier = key && (await replay(deps, key));
  if (earlier) return earlier;
  const { ticket, held } = await loadContext(deps.db, {
    ...{ segmentGroups: caller.segmentGroups, cttId: update.cttId },
    ...{ device: update.before, key: null },
  });
  if (!ticket?.cpe) return failed(ticketNotFound(update.cttId));
  if (held) return failed(heldFailure(held));
  const now = withoutVersion(ticket.cpe);
  const refused = notRevertible(update, now);
  if (refused) return failed(refused);
  // An absent member of the record is none; in a request null says so.
  const before = Object.fromEntries(
    update.changed.map((field) => [field, update.before[field] ?? null]),
  );
  const request = { current: now, new: { ...now, ...before }, nigSeen, reason };
  return updateCpe(deps, caller, update.cttId, request, key, {
    ...origin,
    revertOf: update.updateId,
  });
};
