import { computed, inject, type Signal } from '@angular/core';
import { Router } from '@angular/router';
import type { Action } from '@cpe-desk/contract';
import { words } from '../words/words.ts';
import type { IconName } from './icon.ts';
import { caller } from './session.ts';

/** A page of the navigation. */
export type PageLink = {
  path: string;
  icon: IconName;
  text: () => string;
  /** Who may not do this does not see the page. */
  action: string;
  /** It opens with `g` and this key. */
  key: string;
};

const pages: readonly PageLink[] = [
  {
    path: 'tickets',
    icon: 'ticket',
    text: () => words().shell.tickets,
    action: 'ticket:read' satisfies Action,
    key: 't',
  },
  {
    path: 'attention',
    icon: 'warning',
    text: () => words().shell.attention,
    action: 'cpe-update:settle' satisfies Action,
    key: 'a',
  },
  {
    path: 'differences',
    icon: 'difference',
    text: () => words().frame.differences,
    action: 'drift:read' satisfies Action,
    key: 'd',
  },
  // The action comes with bulk updates.
  { path: 'bulk', icon: 'bulk', text: () => words().frame.bulk, action: 'cpe-bulk:read', key: 'b' },
  {
    path: 'history',
    icon: 'history',
    text: () => words().frame.history,
    action: 'history:read' satisfies Action,
    key: 'h',
  },
  {
    path: 'overview',
    icon: 'chart',
    text: () => words().shell.overview,
    action: 'overview:read' satisfies Action,
    key: 'o',
  },
  {
    path: 'access-log',
    icon: 'list',
    text: () => words().shell.accessLog,
    action: 'access-log:read' satisfies Action,
    key: 'l',
  },
  {
    path: 'sessions',
    icon: 'shield',
    text: () => words().shell.sessions,
    action: 'session:manage' satisfies Action,
    key: 's',
  },
  {
    path: 'api-tokens',
    icon: 'key',
    text: () => words().shell.tokens,
    action: 'token:manage' satisfies Action,
    key: 'k',
  },
];

/** The pages that this person may open, of those that this release has. */
export const usePages = (): Signal<readonly PageLink[]> => {
  const { config } = inject(Router);
  const known = pages.filter(({ path }) => config.some((route) => route.path === path));
  return computed(() => {
    const actions: readonly string[] = caller()?.actions ?? [];
    return known.filter(({ action }) => actions.includes(action));
  });
};
