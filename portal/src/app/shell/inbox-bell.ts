import { Component, computed } from '@angular/core';
import { RouterLink } from '@angular/router';
import { formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { Icon } from './icon.ts';
import { inboxEntries, markShownAsRead, refreshInbox, unread } from './inbox.ts';
import { entryPath, entryText } from './inbox-entry.ts';
import { Menu } from './menu.ts';
import { notificationPermission, requestNotifications } from './notify-browser.ts';
import { caller } from './session.ts';

/** The bell: what happened to one's updates after their page was left. */
@Component({
  selector: 'cpe-inbox-bell',
  imports: [Icon, Menu, RouterLink],
  template: `
    <details #menu class="menu inbox" (toggle)="menu.open && open()">
      <summary class="button quiet">
        <cpe-icon name="bell" />
        <span class="visually-hidden">{{ words().inbox.name }}</span>
        @if (unread() > 0) {
          <span class="badge count">{{ unread() }}<span class="visually-hidden"> {{ words().inbox.unread }}</span></span>
        }
      </summary>
      <div class="menu-body">
        <h2>{{ words().inbox.name }}</h2>
        <ul>
          @for (entry of entries(); track entry.id) {
            <li>
              <a [class.new]="!entry.isRead" [routerLink]="entry.path" (click)="menu.open = false">{{ entry.text }}</a>
              <time class="muted" [attr.datetime]="entry.at">{{ time(entry.at) }}</time>
            </li>
          } @empty {
            <li class="muted">{{ words().inbox.empty }}</li>
          }
        </ul>
        @if (permission() === 'default') {
          <button type="button" class="button" (click)="allow()">{{ words().inbox.allow }}</button>
        }
      </div>
    </details>
    <span class="visually-hidden" role="status">{{ unread() > 0 ? words().inbox.announce(unread()) : '' }}</span>
  `,
})
export class InboxBell {
  protected readonly words = words;
  protected readonly unread = unread;
  protected readonly time = formatTime;
  protected readonly permission = notificationPermission;
  protected readonly allow = requestNotifications;
  protected readonly entries = computed(() => {
    const canSettle = caller()?.actions.includes('cpe-update:settle') === true;
    return inboxEntries().map((entry) => ({
      ...entry,
      text: entryText(entry),
      path: entryPath(entry, canSettle),
    }));
  });

  protected async open(): Promise<void> {
    await refreshInbox();
    await markShownAsRead();
  }
}
