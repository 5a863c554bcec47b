import type {
  AccessEvent,
  CpeUpdateState,
  Drift,
  NigAttempt,
  NigView,
  SettlementOutcome,
} from '@cpe-desk/contract';

export const attention = {
  heading: 'Needs attention',
  explained:
    'Updates that could not be settled in time. Their lines stay locked until a supervisor settles them.',
  none: 'Nothing needs attention.',
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
  reasonHint: 'Who said so, what was looked at. It stays with the update and its history entry.',
  settle: 'Settle the update',
  sayOutcome: 'Choose the outcome',
  giveReference: 'Give the reference that NIG gave the update',
  settled: (ticketNo: string, state: CpeUpdateState) => {
    if (state === 'rejected') return `Settled: the update on ${ticketNo} was rejected, the old values stay`;
    if (state === 'applied') return `Settled: the update on ${ticketNo} was applied`;
    return `Settled: the update on ${ticketNo} is accepted. The desk could not write it yet and tries again; if that fails, it is back here after the deadline`;
  },
  /** What NIG says of the update. */
  nigSays: {
    accepted: 'NIG says that it accepted the update.',
    rejected: 'NIG says that it refused the update.',
    'never-got-it': 'NIG says that it never got the update.',
    unknown: 'NIG does not say.',
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
  outcome: 'What came of it',
  attemptCall: { send: 'Sent', 'look-up': 'Asked' } satisfies Record<NigAttempt['call'], string>,
  attemptOutcome: {
    accepted: 'Accepted',
    rejected: 'Refused',
    unavailable: 'Not reachable, nothing was sent',
    unknown: 'No answer that says anything',
    'never-got-it': 'NIG says that it never got it',
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
    holder: { 'corp-data': 'Corp-data record', nig: 'NIG' } satisfies Record<Drift['holder'], string>,
    nothing: { label: 'All fields', recorded: 'As in the ticket', held: 'Nothing' },
    neverCompared:
      'The lines have not been compared with the corp-data record and NIG yet. It happens by itself once a day.',
    goesOn: 'The comparison goes on.',
    lastCompared: (time: string) => `Last compared ${time}.`,
    found: (compared: number, drifted: number, repaired: number) =>
      `${compared} lines compared, NIG differs on ${drifted}, ${repaired} corp-data records repaired.`,
    next: 'Find out who is right: refresh the line from its ticket if the desk is.',
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
  nobodyKnown: 'Nobody known',
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
  } satisfies Record<AccessEvent, string>,
};
