import type { TicketListItem } from '@cpe-desk/contract';

/**
 * What the beginning of a list has become: the tickets that are shown, as they are now; which of
 * them changed; and how many are new.
 */
export const compareLists = (
  shown: readonly TicketListItem[],
  beginning: readonly TicketListItem[],
): { now: TicketListItem[]; changed: Set<string>; fresh: number } => {
  const latest = new Map(beginning.map((ticket) => [ticket.id, ticket]));
  const changed = new Set<string>();
  const now = shown.map((before) => {
    const after = latest.get(before.id);
    latest.delete(before.id);
    if (!after || JSON.stringify(after) === JSON.stringify(before)) return before;
    changed.add(before.id);
    return after;
  });
  return { now, changed, fresh: latest.size };
};
