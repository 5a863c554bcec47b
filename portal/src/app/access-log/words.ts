import type { AccessEntry, AccessEvent } from '@cpe-desk/contract';

export const accessEventWords: Readonly<Record<AccessEvent, string>> = {
  'signed-in': 'Signed in',
  'sign-in-refused': 'Sign-in refused',
  'signed-out': 'Signed out',
  'signed-out-everywhere': 'Signed out in all browsers',
  'action-refused': 'Action refused',
  'evidence-exported': 'History exported',
  'tickets-exported': 'Tickets exported',
  'policy-set': 'Policy set at start',
};

/** An entry without a person. */
export const nobodyWords = ({ event }: AccessEntry): string =>
  event === 'policy-set' ? 'The desk' : 'Nobody known';

const textOf = (value: unknown): string =>
  Array.isArray(value) ? value.map(String).join(', ') || 'none' : String(value);

/** What else an entry says: `role: operator`. */
export const detailText = ({ detail }: AccessEntry): string =>
  Object.entries(detail)
    .map(([name, value]) => `${name}: ${textOf(value)}`)
    .join('; ');
