import type { ProblemCode, UnavailableCause } from '@cpe-desk/contract';

/** A failure in words: what happened, what did not change, what to do next. */
export type FailureWords = { happened: string; unchanged: string; next: string };

/** The portal's own codes. */
export type OwnCode = 'no-connection' | 'no-answer' | 'unexpected-answer' | 'never-got-it';

const NOTHING = 'Nothing was sent to NIG. The CPE, the corp data and the history are unchanged.';
const AS_IT_WAS = 'The CPE, the corp data and the history are unchanged.';
const SAFE =
  'You can safely try again: if the first try arrived, you get its answer, and NIG gets the update only once.';

const byCode: Readonly<Record<ProblemCode | OwnCode, FailureWords>> = {
  'malformed-request': {
    happened: 'The desk could not read what this page sent.',
    unchanged: NOTHING,
    next: 'Reload the page; it may be older than the desk. If it happens again, tell the administrator of the desk.',
  },
  unauthenticated: {
    happened: 'Your session has ended.',
    unchanged: NOTHING,
    next: 'Sign in again in another tab, then come back here and try again. Your edits are kept.',
  },
  forbidden: {
    happened: 'Your role does not allow CPE updates.',
    unchanged: NOTHING,
    next: 'Ask an operator or a supervisor to make this update.',
  },
  'group-overage': {
    happened: 'Your sign-in service sent a link instead of your groups.',
    unchanged: NOTHING,
    next: 'Ask your administrator to use app roles for CPE Desk.',
  },
  'name-in-use': {
    happened: 'Another API token has this name.',
    unchanged: NOTHING,
    next: 'Give another name, or revoke the other token.',
  },
  'ctt-not-found': {
    happened: 'The ticket no longer exists, or it is outside your segment groups.',
    unchanged: NOTHING,
    next: 'Go back to the ticket list and search for the service line.',
  },
  'not-found': {
    happened: 'The desk does not know the address that this page requested.',
    unchanged: NOTHING,
    next: 'Reload the page; it may be older than the desk.',
  },
  'invalid-cpe': {
    happened: 'Some new values break a rule.',
    unchanged: NOTHING,
    next: 'Correct the fields that are named here: they are marked in the form.',
  },
  'no-network-context': {
    happened: "The line's network elements are not complete.",
    unchanged: NOTHING,
    next: 'Have the missing network elements recorded, then try again. Until then this CPE cannot be updated.',
  },
  'not-eligible': {
    happened: 'The CPE cannot be edited from this ticket.',
    unchanged: NOTHING,
    next: 'Each reason above names what you can do.',
  },
  'stale-cpe': {
    happened: 'Someone changed this CPE after you opened it.',
    unchanged: 'Your update was not sent to NIG. The other change stays.',
    next: 'Load the current values. If both of you changed a field, choose its value.',
  },
  'update-in-progress': {
    happened: 'Another update of this line is not settled yet.',
    unchanged: 'Your update was not sent to NIG. The other update continues.',
    next: 'Wait here, or go back: the page shows when the other update is settled. Then review the current values.',
  },
  'not-revertible': {
    happened:
      'The update cannot be reverted: it was not applied, changed nothing, or a later one changed the same fields.',
    unchanged: NOTHING,
    next: 'Open the ticket and correct the fields instead.',
  },
  'not-settleable': {
    happened:
      'The update cannot be settled: NIG accepted it, it needs no decision, or someone else just settled it.',
    unchanged: 'Your try changed nothing.',
    next: 'Reload the page to see the current update.',
  },
  'value-in-use': {
    happened: 'Another line uses some of the new values.',
    unchanged: NOTHING,
    next: 'Go back and enter unused values, or correct the other line first.',
  },
  'duplicate-row': {
    happened: 'An earlier row of the file is about the same line.',
    unchanged: NOTHING,
    next: 'Keep one row for each line.',
  },
  'wrong-bulk-state': {
    happened: 'The bulk has moved on to another state.',
    unchanged: NOTHING,
    next: 'Look at its present state and decide again.',
  },
  'check-changed': {
    happened: 'The bulk was checked again since you opened it.',
    unchanged: NOTHING,
    next: 'Review the new check, then start.',
  },
  'check-expired': {
    happened: 'The check of the bulk is too old.',
    unchanged: NOTHING,
    next: 'Check the bulk again, then start.',
  },
  'model-exists': {
    happened: 'The catalogue has this model.',
    unchanged: NOTHING,
    next: 'Go back and use the name of the catalogue.',
  },
  'idempotency-key-reused': {
    happened: 'The request key of this try was used before, with other values.',
    unchanged: NOTHING,
    next: 'Go back and review the update again.',
  },
  'nig-differs': {
    happened: 'The database lost updates, and NIG holds other values for this line.',
    unchanged: NOTHING,
    next: 'Find out which values are right. If yours are right, overwrite NIG. If not, go back and correct your values.',
  },
  'nig-rejected': {
    happened: 'NIG refused the update.',
    unchanged: `NIG keeps the old values. ${AS_IT_WAS}`,
    next: 'If NIG names a value, go back and correct it. Otherwise pass its code and text to the network team.',
  },
  'nig-unavailable': {
    happened: 'NIG could not be reached.',
    unchanged: NOTHING,
    next: 'Try again in a moment. If NIG is still unavailable, leave the ticket open and return later.',
  },
  'nig-outcome-unknown': {
    happened: 'NIG did not report the result of the update. The outcome is unknown.',
    unchanged: 'Until NIG reports it, the page shows the old values, and this line stays locked.',
    next: 'No action needed: the desk asks NIG, and this page shows the outcome. You can close this dialog and continue.',
  },
  'body-too-large': {
    happened: 'The request is too large for the desk.',
    unchanged: NOTHING,
    next: 'Go back and shorten the reason.',
  },
  'unsupported-media-type': {
    happened: 'The desk could not read what this page sent.',
    unchanged: NOTHING,
    next: 'Reload the page; it may be older than the desk.',
  },
  'too-many-requests': {
    happened: 'You sent too many requests within a minute.',
    unchanged: NOTHING,
    next: 'Wait a moment, then try again.',
  },
  unavailable: {
    happened: 'The desk cannot reach its database.',
    unchanged: AS_IT_WAS,
    next: `Try again in a moment. ${SAFE}`,
  },
  'internal-error': {
    happened: 'The desk failed with an internal error.',
    unchanged:
      'If the update was already recorded, the desk settles it, and this page shows the result.',
    next: `Try again. ${SAFE} If it happens again, give the request number to the administrator of the desk.`,
  },
  'no-connection': {
    happened: 'The connection to the desk broke: there is no answer.',
    unchanged:
      'The outcome is unknown: the update may have arrived. Check the history of the line.',
    next: `Try again when you are connected. ${SAFE}`,
  },
  'no-answer': {
    happened: 'The desk did not answer within 20 s.',
    unchanged:
      'The outcome is unknown: the update may have arrived. If it did, the desk finishes it, and this page shows the result.',
    next: `Wait, try again, or leave. ${SAFE}`,
  },
  'never-got-it': {
    happened: 'NIG reports that it did not receive the update.',
    unchanged: `NIG keeps the old values. ${AS_IT_WAS}`,
    next: 'Try again. You can update this line again.',
  },
  'unexpected-answer': {
    happened: 'This page does not understand the answer of the desk.',
    unchanged: 'The outcome is unknown: the update may have arrived.',
    next: 'Reload the page and check the history of the line before you try again.',
  },
};

/** Causes of an unavailable desk that an operator can act on. */
const byCause: Readonly<Record<UnavailableCause, FailureWords>> = {
  held: {
    happened: 'Updates are held: nobody can update a CPE right now.',
    unchanged: NOTHING,
    next: 'Your edits are kept. Try again after the hold is released. The page shows who holds updates and why.',
  },
  'database-rewound': {
    happened: 'The database lost updates, and NIG does not report its values for this line.',
    unchanged: NOTHING,
    next: 'Try again in a moment. If NIG still does not report them, a supervisor has to open the line.',
  },
};

export const failures = {
  byCode,
  byCause,
  nothingSent: NOTHING,
  perhapsArrived:
    'The outcome of your earlier try is unknown: it may have arrived. Check the history of the line.',
  recordedInvalid: {
    happened: 'Some recorded values break a rule, so they cannot be sent as they are.',
    unchanged: NOTHING,
    next: 'Choose Edit CPE and correct the fields that are named here.',
  } as FailureWords,
  next: 'Next:',
  technical: 'Technical details',
  code: 'Code',
  request: 'Request',
  noElement: (element: string) => `There is no ${element} on the line's record.`,
  nigHolds: (field: string, value: string) => `${field}: NIG holds ${value}`,
  nigSays: (code: string, message: string) => `NIG says ${code}: ${message}`,
};
