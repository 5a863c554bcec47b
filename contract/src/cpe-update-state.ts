/** The states of a CPE update. `nextState` has the transitions. */
export const cpeUpdateStates = [
  'recorded',
  'accepted',
  'unknown',
  'needs-attention',
  'applied',
  'rejected',
  'abandoned',
] as const;
export type CpeUpdateState = (typeof cpeUpdateStates)[number];

/** States whose outcome is open. A service line has at most one update in them. */
export const unsettledStates = ['recorded', 'accepted', 'unknown', 'needs-attention'] as const;
export type UnsettledState = (typeof unsettledStates)[number];

export const cpeUpdateEvents = [
  'nig-accepted',
  'nig-rejected',
  'nig-never-got-it',
  'no-answer',
  'deadline-passed',
  'written-locally',
  'judged-accepted',
  'judged-rejected',
] as const;
export type CpeUpdateEvent = (typeof cpeUpdateEvents)[number];

const transitions: Readonly<
  Record<CpeUpdateState, Partial<Record<CpeUpdateEvent, CpeUpdateState>>>
> = {
  recorded: {
    'nig-accepted': 'accepted',
    'nig-rejected': 'rejected',
    'nig-never-got-it': 'abandoned',
    'no-answer': 'unknown',
    'deadline-passed': 'needs-attention',
  },
  unknown: {
    'nig-accepted': 'accepted',
    'nig-rejected': 'rejected',
    'nig-never-got-it': 'abandoned',
    'no-answer': 'unknown',
    'deadline-passed': 'needs-attention',
  },
  // NIG's acceptance may arrive late: the update keeps it, and a person still settles the update.
  'needs-attention': {
    'nig-accepted': 'needs-attention',
    'judged-accepted': 'accepted',
    'judged-rejected': 'rejected',
  },
  accepted: { 'written-locally': 'applied', 'deadline-passed': 'needs-attention' },
  applied: {},
  rejected: {},
  abandoned: {},
};

/** The state after an event; undefined where the event cannot happen. */
export const nextState = (
  state: CpeUpdateState,
  event: CpeUpdateEvent,
): CpeUpdateState | undefined => transitions[state][event];

/** Whether the outcome of an update is open. */
export const isUnsettled = (state: CpeUpdateState): state is UnsettledState =>
  unsettledStates.some((unsettled) => unsettled === state);
