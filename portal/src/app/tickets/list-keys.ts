/** What a key does in the ticket list; undefined: nothing, or somebody types or is elsewhere. */
export type ListKey = 'down' | 'up' | 'help';

const keys: Readonly<Record<string, ListKey>> = { j: 'down', k: 'up', '?': 'help' };

/** Whether keys go into a field. */
const isTypedInto = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, select, textarea, [contenteditable]');

/** Whether a key is for the page, and not for a field or the browser. */
export const isForPage = ({ ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean =>
  !ctrlKey && !metaKey && !altKey && !isTypedInto(target);

export const listKeyOf = (event: KeyboardEvent): ListKey | undefined =>
  isForPage(event) && !document.querySelector('dialog[open]') ? keys[event.key] : undefined;

/** Moves the focus to the ticket after or before the one that has it; without one, to the first. */
export const moveFocus = (list: HTMLElement, way: 'down' | 'up'): void => {
  const links = [...list.querySelectorAll<HTMLElement>('tbody th a')];
  const at = links.findIndex((link) => link.matches(':focus'));
  const next = at < 0 ? 0 : Math.min(Math.max(at + (way === 'down' ? 1 : -1), 0), links.length - 1);
  links[next]?.focus();
};
