import type { BulkPause, BulkSettings, BulkWait } from '@cpe-desk/contract';
import { type BrakeCounts, brakeOf } from './brakes.ts';

/** Bulks that run at a time, on all instances together; later ones wait for their turn. */
export const MOST_AT_A_TIME = 5;
/** A bulk that has waited for NIG this long is paused: a person must look at it, ms. */
const NIG_DOWN_MS = 5 * 60_000;

/** What decides how a running bulk goes on. */
export type RunFacts = BrakeCounts & {
  settings: BulkSettings;
  now: Date;
  nigDownSince: Date | null;
  isHeld: boolean;
  hasWaiting: boolean;
  /** Whether a row is being sent or its outcome is unknown. */
  hasUnsettled: boolean;
  /** Bulks that started earlier and take rows now. */
  ahead: number;
};

export type Decision =
  | { step: 'finish' }
  | { step: 'pause'; pause: Pick<BulkPause, 'reason' | 'detail'> }
  | { step: 'wait'; waitsFor: BulkWait }
  /** A bulk that waits for NIG goes on with one row now and then. */
  | { step: 'run'; waitsFor: 'nig' | null };

const pauseOf = (facts: RunFacts): Pick<BulkPause, 'reason' | 'detail'> | undefined => {
  const { settings, now, nigDownSince } = facts;
  const brake = brakeOf(settings.brakes, facts);
  if (brake) return brake;
  const notAfter = settings.window?.notAfter ?? null;
  if (notAfter !== null && now > new Date(notAfter))
    return { reason: 'window-over', detail: `The window ended at ${notAfter}` };
  if (nigDownSince && now.getTime() - nigDownSince.getTime() >= NIG_DOWN_MS)
    return {
      reason: 'nig-unavailable',
      detail: `NIG has not answered since ${nigDownSince.toISOString()}`,
    };
  return undefined;
};

/** How a running bulk goes on. */
export const decideRun = (facts: RunFacts): Decision => {
  if (!facts.hasWaiting)
    return facts.hasUnsettled ? { step: 'run', waitsFor: null } : { step: 'finish' };
  const pause = pauseOf(facts);
  if (pause) return { step: 'pause', pause };
  const notBefore = facts.settings.window?.notBefore ?? null;
  if (notBefore !== null && facts.now < new Date(notBefore))
    return { step: 'wait', waitsFor: 'window' };
  if (facts.isHeld) return { step: 'wait', waitsFor: 'freeze' };
  if (facts.ahead >= MOST_AT_A_TIME) return { step: 'wait', waitsFor: 'turn' };
  return { step: 'run', waitsFor: facts.nigDownSince ? 'nig' : null };
};
