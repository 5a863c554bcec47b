import type { ProblemCode, UnavailableCause } from '@cpe-desk/contract';

/** A failure in words: what happened, what did not change, what to do next. */
export type FailureWords = { happened: string; unchanged: string; next: string };

/** The portal's own codes. */
export type OwnCode = 'no-connection' | 'no-answer' | 'unexpected-answer' | 'never-got-it';

const NOTHING = 'Nothing was sent to NIG. The CPE, the corp data and the history are as they were.';
const AS_IT_WAS = 'The CPE, the corp data and the history are as they were.';
const SAFE =
  'Trying again is safe: if the first try did arrive, you get its answer and NIG is not asked twice.';

const byCode: Readonly<Record<ProblemCode | OwnCode, FailureWords>> = {
  'malformed-request': {
    happened: 'The desk could not read what this page sent.',
    unchanged: NOTHING,
    next: 'Reload the page; it may be older than the desk. If it happens again, tell whoever runs the desk.',
  },
  unauthenticated: {
    happened: 'Your session has ended.',
    unchanged: NOTHING,
    next: 'Sign in again in another tab, then come back here and try again. What you typed stays.',
  },
  forbidden: {
    happened: 'Your role does not allow CPE updates.',
    unchanged: NOTHING,
    next: 'Ask an operator or a supervisor to make this update.',
  },
  'ctt-not-found': {
    happened: 'The ticket is not there any more, or it has left your segment groups.',
    unchanged: NOTHING,
    next: 'Go back to the ticket list and search for the service line.',
  },
  'not-found': {
    happened: 'The desk does not know what this page asked for.',
    unchanged: NOTHING,
    next: 'Reload the page; it may be older than the desk.',
  },
  'invalid-cpe': {
    happened: 'Some new values break a rule.',
    unchanged: NOTHING,
    next: 'Correct the fields that are named here: they are marked in the form. If you wanted a refresh, choose Edit CPE instead.',
  },
  'no-network-context': {
    happened: "The line's network elements are not complete.",
    unchanged: NOTHING,
    next: 'Have the missing network elements recorded, then try again. Until then this CPE can not be updated.',
  },
  'not-eligible': {
    happened: 'The CPE can not be edited from this ticket.',
    unchanged: NOTHING,
    next: 'Each reason above says what can be done about it.',
  },
  'stale-cpe': {
    happened: 'The CPE was changed by somebody else after you opened it.',
    unchanged: `Your update was not sent to NIG. The change of the others stays as it is.`,
    next: 'Load the current values. Where you changed a field too, you choose which value stays.',
  },
  'update-in-progress': {
    happened: 'Another update of this line was not settled yet.',
    unchanged: 'Your update was not sent to NIG. The other one goes on undisturbed.',
    next: 'Wait here, or go back: either way you see when the other one is settled. Then decide again on the values that are current.',
  },
  'not-revertible': {
    happened:
      'The update can not be reverted: it was not applied, changed nothing, or a later one changed the same fields.',
    unchanged: NOTHING,
    next: 'Open the ticket and correct the fields instead.',
  },
  'not-settleable': {
    happened:
      'NIG accepted the update, it does not need a person, or someone else just settled it.',
    unchanged: 'Nothing was changed by this try.',
    next: 'Look at the update as it is now.',
  },
  'value-in-use': {
    happened: 'Another line uses some of the new values.',
    unchanged: NOTHING,
    next: 'Go back and give values that are free, or correct the other line first.',
  },
  'idempotency-key-reused': {
    happened: 'This try could not be told from an earlier one with other values.',
    unchanged: NOTHING,
    next: 'Go back and review the update again.',
  },
  'nig-differs': {
    happened: 'The database lost updates, and NIG holds other values for this line.',
    unchanged: NOTHING,
    next: 'Find out which values are right. If yours are, overwrite those of NIG. If not, go back and correct them.',
  },
  'nig-rejected': {
    happened: 'NIG refused the update.',
    unchanged: `NIG keeps the old values. ${AS_IT_WAS}`,
    next: 'If NIG names a value, go back and correct it. Otherwise pass its code and text to the network team.',
  },
  'nig-unavailable': {
    happened: 'NIG could not be reached.',
    unchanged: NOTHING,
    next: 'Try again in a moment. If NIG stays away, leave the ticket open and come back to it.',
  },
  'nig-outcome-unknown': {
    happened: 'NIG did not say what became of the update. It is not known yet whether NIG took it.',
    unchanged:
      'Until it is known, the page shows the old values and nobody else can update this line.',
    next: 'Nothing to do: NIG is being asked, and the outcome appears here. You may also close this and go on working.',
  },
  'body-too-large': {
    happened: 'The request is larger than the desk takes.',
    unchanged: NOTHING,
    next: 'Go back and shorten the reason.',
  },
  'unsupported-media-type': {
    happened: 'The desk could not read what this page sent.',
    unchanged: NOTHING,
    next: 'Reload the page; it may be older than the desk.',
  },
  'too-many-requests': {
    happened: 'There were too many requests from you within a minute.',
    unchanged: NOTHING,
    next: 'Wait a moment, then try again.',
  },
  unavailable: {
    happened: 'The desk can not reach its database.',
    unchanged: AS_IT_WAS,
    next: `Try again in a moment. ${SAFE}`,
  },
  'internal-error': {
    happened: 'Something went wrong in the desk.',
    unchanged:
      'If the update had been recorded before, it is settled in the background and shown here.',
    next: `Try again. ${SAFE} If it happens again, pass the request number to whoever runs the desk.`,
  },
  'no-connection': {
    happened: 'The connection to the desk broke, so there is no answer.',
    unchanged:
      'It is not known whether the update arrived. Until you see an answer, take it as not made.',
    next: `Try again when you are connected. ${SAFE}`,
  },
  'no-answer': {
    happened: 'The desk did not answer within 20 s.',
    unchanged:
      'The outcome is unknown: the update may have arrived. If it did, the desk finishes it, and this page shows the result.',
    next: `Wait, try again, or leave. ${SAFE}`,
  },
  'never-got-it': {
    happened: 'NIG was asked, and it never got the update.',
    unchanged: `NIG keeps the old values. ${AS_IT_WAS}`,
    next: 'Try again; the line is free.',
  },
  'unexpected-answer': {
    happened: 'The desk gave an answer that this page does not understand.',
    unchanged: 'It is not known whether the update was made.',
    next: 'Reload the page and look at the history of the line before you try again.',
  },
};

/** What a caller can do something about, where the desk is unavailable. */
const byCause: Readonly<Record<UnavailableCause, FailureWords>> = {
  held: {
    happened: 'Updates are held: nobody can update a CPE right now.',
    unchanged: NOTHING,
    next: 'What you typed is kept. Try again when the hold is released; the page shows who holds updates and why.',
  },
  'database-rewound': {
    happened: 'The database lost updates, and NIG does not say what it holds for this line.',
    unchanged: NOTHING,
    next: 'Try again in a moment. If NIG stays silent, a supervisor has to open the line.',
  },
};

export const failures = {
  byCode,
  byCause,
  nothingSent: NOTHING,
  perhapsArrived:
    'It is not known whether your earlier try arrived. Until you see an answer, take it as not made.',
  happened: 'What happened',
  unchanged: 'What did not change',
  next: 'What to do next',
  code: 'Code',
  request: 'request',
  noElement: (element: string) => `There is no ${element} on the line's record.`,
  nigHolds: (field: string, value: string) => `${field}: NIG holds ${value}`,
  nigSays: (code: string, message: string) => `NIG says ${code}: ${message}`,
};
