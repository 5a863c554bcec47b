import type { FaultMode } from './faults.ts';
import type { Decision } from './inventory.ts';

/**
 * - `received`: still being read or handled, or the client left before it was complete
 * - `accepted`, `rejected`, `repeated`, `id-reused`: see `Decision`
 * - `not-applied`: a fault kept the update from NIG
 * - `invalid`: not a request of the contract
 * - `found`, `not-found`, `cannot-look-up`: look-ups; `held`: a CPE was set
 * - `failed`: the simulator itself is broken, its disk for instance
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

/** One request as NIG saw it. Filled in while the request is handled, so a hanging one is visible. */
export type LogEntry = {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  updateId?: string;
  serviceLineId?: string;
  /** Its header `x-request-id`. */
  requestId?: string;
  fault: FaultMode;
  /** Null: no answer was sent (yet). Of a trickling or broken answer: its status line. */
  status: number | null;
  outcome: Outcome;
};

/** The log is for people and tests, not a record: the oldest entries go when there are more. */
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
