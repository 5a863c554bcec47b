import type { InboxEntry } from '@cpe-desk/contract';
import { words } from '../words/words.ts';

/** An entry as a sentence. */
export const entryText = ({ target, ticketNo, by }: InboxEntry): string => {
  const { inbox } = words();
  if (target.kind === 'bulk') return inbox.bulk(target.name);
  const ticket = ticketNo ?? '';
  const person = by?.name ?? null;
  switch (target.state) {
    case 'applied':
      return inbox.applied(ticket, person);
    case 'rejected':
      return inbox.rejected(ticket, person);
    case 'abandoned':
      return inbox.abandoned(ticket);
    default:
      return inbox.needsAttention(ticket, person);
  }
};

/** The page of an entry. Who may settle an update goes where it is settled. */
export const entryPath = ({ kind, target, cttId }: InboxEntry, canSettle: boolean): string => {
  if (target.kind === 'bulk') return `/bulk/${target.id}`;
  return kind === 'needs-attention' && canSettle ? '/attention' : `/tickets/${cttId}`;
};
