/** Moves the focus to the ticket after or before the one that has it; without one, to the first. */
export const moveFocus = (list: HTMLElement, way: 'down' | 'up'): void => {
  const links = [...list.querySelectorAll<HTMLElement>('tbody th a')];
  const at = links.findIndex((link) => link.matches(':focus'));
  const next = at < 0 ? 0 : Math.min(Math.max(at + (way === 'down' ? 1 : -1), 0), links.length - 1);
  links[next]?.focus();
};
