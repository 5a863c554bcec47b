import type { FaultMode } from './faults.ts';
import type { Decision } from './inventory.ts';

/**
 * - `received`: not handled yet, or the client left before the request was complete
 * - `accepted`, `rejected`, `repeated`, `id-reused`: see `Decision`
 * - `not-applied`: a fault kept the update from NIG
 * - `invalid`: the request breaks the contract
 * - `found`, `not-found`, `cannot-look-up`: look-ups; `held`: a CPE was set
 * - `failed`: the simulator itself failed, for example its disk
 */
export type Outcome =
  | Decision['outcome']
  | 'received'
  | 'not-applied'
  | 'invalid'
  | 'found'
  | 'not-found'
  | 'cannot-look-up'
  | 'held'
  | 'failed';

/** One request as NIG received it. Filled in during handling, so a hanging request is visible. */
export type LogEntry = {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  updateId?: string;
  serviceLineId?: string;
  /** The request's header `x-request-id`. */
  requestId?: string;
  fault: FaultMode;
  /** Null: no answer was sent so far. For a trickling or broken answer: its status line. */
  status: number | null;
  outcome: Outcome;
};

/**
 * The log informs people and tests; it is no record. Beyond this number the oldest entries are
 * removed.
 */
export const MOST_ENTRIES = 10_000;

export const createRequestLog = (most = MOST_ENTRIES) => {
  const entries: LogEntry[] = [];
  return {
    add: (entry: LogEntry): void => {
      if (entries.push(entry) > most) entries.shift();
    },
    /** The newest `limit` entries, newest last. */
    newest: (limit = most): readonly LogEntry[] => (limit === 0 ? [] : entries.slice(-limit)),
    clear: (): void => {
      entries.length = 0;
    },
  };
};
export type RequestLog = ReturnType<typeof createRequestLog>;
