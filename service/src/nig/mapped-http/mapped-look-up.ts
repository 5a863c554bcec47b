import type { Cpe } from '@cpe-desk/contract';
import type { HeldOptions, LookUpAnswer, LookUpCall } from '../nig.ts';
import { type Deadline, deadlineOf, findRecord, get, pathOf, readCpe } from './mapped-calls.ts';
import { type Mapped, monitorPath, readByRules } from './read-by-rules.ts';

const unknown = (why: string): LookUpAnswer => ({ outcome: 'unknown', why });

/** Asks a monitor; undefined where it is gone, so that the record is asked. */
const askMonitor = async (
  mapped: Mapped,
  call: LookUpCall,
  handle: string,
  deadline: Deadline,
): Promise<LookUpAnswer | undefined> => {
  const path = monitorPath(mapped, handle);
  if (path === undefined) return unknown('The monitor is not at the address of NIG');
  const end = await get(mapped.connections.lookUp, path, call, deadline);
  if (end.end !== 'answered') return unknown(end.why);
  const { updateId, serviceLineId, requestId } = call;
  const bindings = { updateId, serviceLineId, handle, requestId };
  const rules = mapped.profile.monitor?.answers ?? [];
  const answer = await readByRules(mapped, call, end, rules, bindings);
  return answer.outcome === 'gone' ? undefined : answer;
};

/** Asks the record of the line whether it holds the update. */
const askRecord = async (
  mapped: Mapped,
  call: LookUpCall,
  deadline: Deadline,
): Promise<LookUpAnswer> => {
  const { profile, connections } = mapped;
  if (!profile.lookUp) return unknown('This NIG has no look-up');
  const by = connections.lookUp;
  const found = await findRecord(mapped, by, call, undefined, deadline);
  if (found.found === 'failed') return unknown(found.why);
  if (found.found === 'none') return unknown('NIG has no record of the line');
  if (found.found === 'many') return unknown('NIG has several records of the line');
  const path = await pathOf(mapped, profile.lookUp.path, undefined, found.bindings);
  const end = await get(by, path, call, deadline);
  if (end.end !== 'answered') return unknown(end.why);
  const { answers } = profile.lookUp;
  const answer = await readByRules(mapped, call, end, answers, found.bindings);
  return answer.outcome === 'gone' ? unknown('The monitor is gone') : answer;
};

/** Asks for the outcome of an update: its monitor where there is one, else the record. */
export const lookUpMapped = async (mapped: Mapped, call: LookUpCall): Promise<LookUpAnswer> => {
  const deadline = deadlineOf(mapped.connections.lookUp.timeoutMs);
  const { handle } = call;
  const monitored =
    handle !== null && mapped.profile.monitor
      ? await askMonitor(mapped, call, handle, deadline)
      : undefined;
  return monitored ?? askRecord(mapped, call, deadline);
};

/** The CPE of a line's record; see `Nig.cpeOf`. */
export const cpeOfMapped = async (
  mapped: Mapped,
  serviceLineId: string,
  { inBulk = false, requestId }: HeldOptions,
): Promise<Cpe | null | undefined> => {
  const { profile, connections } = mapped;
  if (!profile.cpeOf) return undefined;
  const by = inBulk ? connections.reconcile : connections.lookUp;
  const deadline = deadlineOf(by.timeoutMs);
  const subject = { updateId: '', serviceLineId, handle: null, requestId };
  const found = await findRecord(mapped, by, subject, undefined, deadline);
  if (found.found !== 'one') return found.found === 'none' ? null : undefined;
  const path = await pathOf(mapped, profile.cpeOf.path, undefined, found.bindings);
  const end = await get(by, path, subject, deadline);
  return end.end === 'answered' ? readCpe(mapped, end, found.bindings) : undefined;
};
