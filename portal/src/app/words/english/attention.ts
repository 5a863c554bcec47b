import type {
  AccessEvent,
  CpeUpdateState,
  Drift,
  NigAttempt,
  NigView,
  RepairVerdict,
  SettlementOutcome,
} from '@cpe-desk/contract';

export const attention = {
  heading: 'Needs attention',
  explained:
    'Updates that could not be settled in time. Their lines stay locked until a supervisor settles them.',
  none: 'No update needs attention.',
  sentBy: 'Sent by',
  at: 'at',
  lastHeard: (message: string) => `NIG’s last message: ${message}`,
  why: 'Why it needs a person:',
  heldByNig: 'held by NIG',
  isRefresh: 'A refresh: no field differs.',
  askNig: 'Ask NIG now',
  outcomeOfUpdate: 'Outcome of the update',
  settleAs: {
    accepted: 'NIG accepted it: apply the new values',
    rejected: 'NIG did not accept it: keep the old values',
  } satisfies Record<SettlementOutcome, string>,
  onlyAccepted:
    'NIG accepted this update, so it cannot be rejected. Remove the cause, then settle it: the desk writes the new values again. If they are wrong, revert the update afterwards.',
  nigReference: 'NIG reference',
  reasonHint:
    'Who confirmed it, and what was checked. The update and its history entry keep this text.',
  settle: 'Settle the update',
  sayOutcome: 'Choose the outcome',
  giveReference: 'Give the reference that NIG gave the update',
  settled: (ticketNo: string, state: CpeUpdateState) => {
    if (state === 'rejected')
      return `Settled: the update on ${ticketNo} was rejected, the old values stay`;
    if (state === 'applied') return `Settled: the update on ${ticketNo} was applied`;
    return `Settled: the update on ${ticketNo} is accepted. The desk could not write it yet and tries again. If that fails, the update returns to this page after the deadline`;
  },
  /** NIG's own record of the update. */
  nigSays: {
    accepted: 'NIG accepted the update.',
    rejected: 'NIG refused the update.',
    'never-got-it': 'NIG did not receive the update.',
    unknown: 'NIG did not report the outcome.',
  } satisfies Record<NigView['update'], string>,
  /** What NIG holds for the line, beside the update's two sides. */
  nigHolds: {
    after: 'NIG holds the new values.',
    before: 'NIG holds the old values.',
    other: 'NIG holds values that are neither the old nor the new ones.',
    nothing: 'NIG holds nothing for this line.',
    unknown: 'NIG did not say what it holds for this line.',
  } satisfies Record<NigView['holds'], string>,
  calls: (count: number) => `Calls to NIG: ${count}`,
  when: 'When',
  call: 'Call',
  took: 'Took',
  outcome: 'Outcome',
  attemptCall: { send: 'Sent', 'look-up': 'Asked' } satisfies Record<NigAttempt['call'], string>,
  attemptOutcome: {
    accepted: 'Accepted',
    rejected: 'Refused',
    unavailable: 'Not reachable, nothing was sent',
    unknown: 'No usable answer',
    'never-got-it': 'NIG did not receive it',
  } satisfies Record<NigAttempt['outcome'], string>,
  drift: {
    heading: 'Drift',
    line: 'Line',
    whoDiffers: 'Who differs',
    recorded: 'Recorded',
    held: 'Held there',
    since: 'Since',
    repaired: 'Repaired',
    lineFacts: 'Customer, segment or technology',
    holder: { 'corp-data': 'Corp-data record', nig: 'NIG' } satisfies Record<
      Drift['holder'],
      string
    >,
    nothing: { label: 'All fields', recorded: 'As in the ticket', held: 'Nothing' },
    neverCompared: 'The lines have not been compared with the corp-data record and NIG yet.',
    goesOn: 'The comparison is still running.',
    lastCompared: (time: string) => `Last compared ${time}.`,
    found: (compared: number, drifted: number, repaired: number) =>
      `${compared} lines compared, NIG differs on ${drifted}, ${repaired} corp-data records repaired.`,
    next: 'Find out which values are right, then repair the lines.',
  },
  repair: {
    heading: 'Repair',
    selected: 'Repair',
    select: (line: string) => `Repair ${line}`,
    selectAll: 'Select all lines on which NIG differs',
    whoIsRight: 'Which values are right',
    takeNig: "NIG's values: the desk takes them over",
    takeDesk: "The desk's values: NIG gets them again",
    button: (lines: number) => (lines === 1 ? 'Repair 1 line' : `Repair ${lines} lines`),
    selectLines: 'Select the lines to repair',
    sayWho: 'Say which values are right',
    progress: (done: number, lines: number) => `${done} of ${lines} lines done.`,
    verdict: {
      repaired: 'repaired',
      'no-difference': 'equal already',
      'nothing-to-take': 'NIG holds nothing for it',
      'shared-value': 'two lines hold one of its values; repair such lines one by one',
      'nig-differs': 'NIG holds other values than shown here; wait for the next comparison',
      'ctt-not-found': 'it has no ticket in your segment groups',
      'invalid-cpe': "NIG's values break a rule; correct the line from its ticket",
      'no-network-context': 'its network elements are not complete',
      'update-in-progress': 'another update of it is not settled yet',
      'value-in-use': "another line uses NIG's values",
      'nig-rejected': 'NIG refused',
      'nig-unavailable': 'NIG did not answer; repair it again later',
      'nig-outcome-unknown': 'the outcome is unknown; it is settled in the background',
      unavailable: 'the desk was busy or held; repair it again',
    } satisfies Record<RepairVerdict, string>,
  },
};

export const accessLog = {
  heading: 'Access log',
  event: 'Event',
  all: 'All',
  when: 'When',
  who: 'Who',
  from: 'From',
  detail: 'Detail',
  request: 'Request',
  none: 'There is no such entry.',
  theDesk: 'The desk',
  nobodyKnown: 'Unknown person',
  noValue: 'none',
  events: {
    'signed-in': 'Signed in',
    'sign-in-refused': 'Sign-in refused',
    'signed-out': 'Signed out',
    'signed-out-everywhere': 'Signed out in all browsers',
    'action-refused': 'Action refused',
    'evidence-exported': 'History exported',
    'tickets-exported': 'Tickets exported',
    'policy-set': 'Policy set at start',
    'updates-held': 'Updates held',
    'updates-released': 'Updates released',
    'values-probed': 'Asked for used values too often',
  } satisfies Record<AccessEvent, string>,
};
