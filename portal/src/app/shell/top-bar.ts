import { Component, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import { words } from '../words/words.ts';
import { Icon } from './icon.ts';
import { InboxBell } from './inbox-bell.ts';
import { PersonMenu } from './person-menu.ts';
import { StateDot } from './state-dot.ts';

/** The bar over every page: search everywhere, the state of the connection, the person. */
@Component({
  selector: 'cpe-top-bar',
  imports: [Icon, InboxBell, PersonMenu, RouterLink, StateDot],
  template: `
    <header class="top-bar">
      <a class="product" routerLink="/tickets">{{ words().shell.product }}</a>
      <button type="button" class="go-to" aria-keyshortcuts="Control+K" (click)="find.emit()">
        <cpe-icon name="search" /> <span class="go-to-text">{{ words().frame.searchOrGo }}</span> <kbd aria-hidden="true">{{ keys }}</kbd>
      </button>
      <cpe-state-dot />
      <cpe-inbox-bell />
      <cpe-person-menu (help)="help.emit()" (hold)="hold.emit()" (signOut)="signOut.emit($event)" />
    </header>
  `,
})
export class TopBar {
  readonly find = output();
  readonly help = output();
  readonly hold = output();
  readonly signOut = output<boolean>();
  protected readonly words = words;
  protected readonly keys = navigator.userAgent.includes('Mac') ? '⌘ K' : 'Ctrl K';
}
