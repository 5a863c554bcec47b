/** What a key does in the ticket list; undefined: nothing, or somebody types or is elsewhere. */
export type ListKey = 'down' | 'up' | 'help';

const keys: Readonly<Record<string, ListKey>> = { j: 'down', k: 'up', '?': 'help' };

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, select, textarea, [contenteditable]');

export const listKeyOf = (event: KeyboardEvent): ListKey | undefined =>
  event.ctrlKey ||
  event.metaKey ||
  event.altKey ||
  isTyping(event.target) ||
  document.querySelector('dialog[open]')
    ? undefined
    : keys[event.key];

/** Moves the focus to the ticket after or before the one that has it; without one, to the first. */
export const moveFocus = (list: HTMLElement, way: 'down' | 'up'): void => {
  const links = [...list.querySelectorAll<HTMLElement>('tbody th a')];
  const at = links.findIndex((link) => link.matches(':focus'));
  const next = at < 0 ? 0 : Math.min(Math.max(at + (way === 'down' ? 1 : -1), 0), links.length - 1);
  links[next]?.focus();
};
