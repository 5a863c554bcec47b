import type { Routes } from '@angular/router';
import { NotFound } from './shell/not-found.ts';
import { TicketListPage } from './tickets/ticket-list-page.ts';
import { pageTitle } from './words/formats.ts';
import { words } from './words/words.ts';

/** The portal's pages. service/src/platform/http/portal.ts serves these addresses. */
export const routes: Routes = [
  { path: '', pathMatch: 'full', redirectTo: 'tickets' },
  // These two name the tab after what they show.
  { path: 'tickets', component: TicketListPage },
  {
    path: 'tickets/:id',
    loadComponent: async () => (await import('./tickets/ticket-page.ts')).TicketPage,
  },
  {
    path: 'tickets/:id/history',
    title: () => pageTitle(words().shell.history),
    loadComponent: async () => (await import('./history/history-page.ts')).HistoryPage,
  },
  {
    path: 'attention',
    title: () => pageTitle(words().shell.attention),
    loadComponent: async () => (await import('./attention/attention-page.ts')).AttentionPage,
  },
  {
    path: 'differences',
    title: () => pageTitle(words().frame.differences),
    loadComponent: async () => (await import('./attention/differences-page.ts')).DifferencesPage,
  },
  {
    path: 'history',
    title: () => pageTitle(words().frame.history),
    loadComponent: async () => (await import('./history/find-history-page.ts')).FindHistoryPage,
  },
  {
    path: 'overview',
    title: () => pageTitle(words().shell.overview),
    loadComponent: async () => (await import('./overview/overview-page.ts')).OverviewPage,
  },
  {
    path: 'access-log',
    title: () => pageTitle(words().shell.accessLog),
    loadComponent: async () => (await import('./access-log/access-log-page.ts')).AccessLogPage,
  },
  {
    path: 'sessions',
    title: () => pageTitle(words().shell.sessions),
    loadComponent: async () => (await import('./access/sessions-page.ts')).SessionsPage,
  },
  {
    path: 'api-tokens',
    title: () => pageTitle(words().shell.tokens),
    loadComponent: async () => (await import('./access/tokens-page.ts')).TokensPage,
  },
  { path: '**', title: () => pageTitle(words().shell.pageNotFound), component: NotFound },
];
