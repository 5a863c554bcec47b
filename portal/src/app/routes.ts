import type { Routes } from '@angular/router';
import { leaveEditing } from './cpe-update/editing-guard.ts';
import { NotFound } from './shell/not-found.ts';
import { pageTitle } from './shell/words.ts';
import { TicketListPage } from './tickets/ticket-list-page.ts';

/** The portal's pages; the service serves the portal at exactly these addresses (service/src/http/portal.ts). */
export const routes: Routes = [
  { path: '', pathMatch: 'full', redirectTo: 'tickets' },
  { path: 'tickets', title: pageTitle('Tickets'), component: TicketListPage },
  {
    path: 'tickets/:id',
    title: pageTitle('Ticket'),
    canDeactivate: [leaveEditing],
    loadComponent: async () => (await import('./tickets/ticket-page.ts')).TicketPage,
  },
  {
    path: 'tickets/:id/history',
    title: pageTitle('CPE history'),
    loadComponent: async () => (await import('./history/history-page.ts')).HistoryPage,
  },
  {
    path: 'attention',
    title: pageTitle('Needs attention'),
    loadComponent: async () => (await import('./attention/attention-page.ts')).AttentionPage,
  },
  {
    path: 'access-log',
    title: pageTitle('Access log'),
    loadComponent: async () => (await import('./access-log/access-log-page.ts')).AccessLogPage,
  },
  { path: '**', title: pageTitle('Page not found'), component: NotFound },
];
