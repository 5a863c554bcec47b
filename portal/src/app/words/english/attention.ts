import type { AccessEvent, Drift, NigAttempt, NigView } from '@cpe-desk/contract';

export const attention = {
  heading: 'Needs attention',
  explained:
    'Updates of which NIG could not say what became of them. Their lines stay locked until somebody settles them.',
  none: 'Nothing needs attention.',
  sentBy: 'Sent by',
  at: 'at',
  lastHeard: (message: string) => `The last that was heard of NIG: ${message}`,
  isRefresh: 'A refresh: no field differs.',
  askNig: 'Ask NIG now',
  whatBecame: 'What became of it',
  nigTook: 'NIG took it: apply the new values',
  nigDidNot: 'NIG did not take it: keep the old values',
  nigReference: 'NIG reference',
  reasonHint: 'Who said so, what was looked at. It stays with the update and its history entry.',
  settle: 'Settle the update',
  sayOutcome: 'Say what became of it',
  giveReference: 'Give the reference that NIG gave the update',
  settled: (ticketNo: string, outcome: 'accepted' | 'rejected') =>
    outcome === 'accepted'
      ? `Settled: the update on ${ticketNo} was applied`
      : `Settled: the update on ${ticketNo} was rejected, the old values stay`,
  /** What NIG says of the update. */
  nigSays: {
    accepted: 'NIG says that it took the update.',
    rejected: 'NIG says that it refused the update.',
    'never-got-it': 'NIG says that it never got the update.',
    unknown: 'NIG does not say.',
  } satisfies Record<NigView['update'], string>,
  /** What NIG holds for the line, beside the update's two sides. */
  nigHolds: {
    after: 'It holds the new values.',
    before: 'It holds the old values.',
    other: 'It holds other values than the old and the new ones.',
    nothing: 'It was never told anything of this line.',
    unknown: 'What it holds for the line is not known.',
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
