/** The links of the rows that are drawn. */
const linksOf = (list: HTMLElement): HTMLElement[] => [
  ...list.querySelectorAll<HTMLElement>('tbody th a'),
];

/** The ticket whose row has the focus. */
export const focusedTicket = (list: HTMLElement): string | null =>
  list.querySelector('tr[data-id]:focus-within')?.getAttribute('data-id') ?? null;

/** Moves the focus to the ticket after or before the one that has it; without one, to the first. */
export const moveFocus = (list: HTMLElement, way: 'down' | 'up'): void => {
  const links = linksOf(list);
  const at = links.findIndex((link) => link.closest('tr')?.matches(':focus-within'));
  const next = at < 0 ? 0 : Math.min(Math.max(at + (way === 'down' ? 1 : -1), 0), links.length - 1);
  links[next]?.focus();
};
