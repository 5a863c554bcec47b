import type { Call } from '../call-nig.ts';
import type { SendAnswer, SendCall } from '../nig.ts';
import { type Deadline, deadlineOf, findRecord, sendRequest } from './mapped-calls.ts';
import { type Mapped, readByRules, reasonOf } from './read-by-rules.ts';

/** A request that is ready to be sent, and what its answer is read with. */
type Prepared = { request: Call; bindings: Record<string, unknown> };

/** A refusal that NIG did not make: the update has no record to change. */
const noRecord = (found: 'none' | 'many', serviceLineId: string): SendAnswer => ({
  outcome: 'rejected',
  code: found === 'none' ? 'no-such-line' : 'ambiguous-line',
  message: `NIG has ${found === 'none' ? 'no record' : 'several records'} of the line ${serviceLineId}`,
});

/** The request of an update, or why nothing is sent. Reads at most. */
const prepare = async (
  mapped: Mapped,
  call: SendCall,
  deadline: Deadline,
): Promise<Prepared | SendAnswer> => {
  const { payload, updateId, requestId } = call;
  const { serviceLineId } = payload;
  const { send } = mapped.connections;
  const subject = { updateId, serviceLineId, handle: null, requestId };
  const found = await findRecord(mapped, send, subject, payload, deadline);
  if (found.found === 'failed') return { outcome: 'unavailable', why: found.why };
  if (found.found !== 'one') return noRecord(found.found, serviceLineId);
  const { bindings } = found;
  return { request: await sendRequest(mapped, payload, bindings, call), bindings };
};

/** Sends an update by the one changing request of the profile. */
export const sendMapped = async (mapped: Mapped, call: SendCall): Promise<SendAnswer> => {
  const { connections, profile } = mapped;
  const beganAt = performance.now();
  const deadline = deadlineOf(connections.send.timeoutMs);
  const prepared = await prepare(mapped, call, deadline).catch(
    // A profile that fails before the request leaves changes nothing.
    (error): SendAnswer => ({
      outcome: 'unavailable',
      why: `The profile's "send": ${reasonOf(error)}`,
    }),
  );
  if ('outcome' in prepared) return prepared;
  const { beginWithinMs } = call;
  const passedMs = performance.now() - beganAt;
  const end = await connections.send.call({
    ...prepared.request,
    timeoutMs: deadline.leftMs(),
    ...(beginWithinMs !== undefined && { beginWithinMs: beginWithinMs - passedMs }),
  });
  if (end.end !== 'answered')
    return { outcome: end.end === 'nothing-sent' ? 'unavailable' : 'unknown', why: end.why };
  const answer = await readByRules(mapped, call, end, profile.send.answers, prepared.bindings);
  // The schema allows neither in the answers of a send.
  return answer.outcome === 'gone' || answer.outcome === 'never-got-it'
    ? { outcome: 'unknown', why: 'NIG gave an answer of a look-up' }
    : answer;
};
