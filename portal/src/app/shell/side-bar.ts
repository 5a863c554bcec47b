import { Component, computed, inject, signal } from '@angular/core';
import { Router, RouterLink, RouterLinkActive } from '@angular/router';
import * as z from 'zod';
import { keptForGood } from '../storage/kept.ts';
import { formatCount } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { askWhileVisible } from './ask-while-visible.ts';
import { deskState, refreshDeskState } from './desk-state.ts';
import { Icon } from './icon.ts';
import { mediaSignal, PHONE } from './media.ts';
import { Menu } from './menu.ts';
import { usePages } from './pages.ts';
import { loadViews, savedViews } from './saved-views.ts';
import { useShortcuts } from './shortcuts.ts';

const KEPT = 'side-bar';
/** The bar of a phone has room for so many pages; the others are in its menu. */
const ON_PHONE = 4;

/** The pages of the portal, at the left edge; on a phone at the lower one. */
@Component({
  selector: 'cpe-side-bar',
  imports: [Icon, Menu, RouterLink, RouterLinkActive],
  template: `
    <nav class="side-bar" [attr.aria-label]="words().shell.pages">
      <ul>
        @for (page of inBar(); track page.path) {
          <li>
            <a class="page-link" [routerLink]="'/' + page.path" [title]="page.text()" routerLinkActive="current" ariaCurrentWhenActive="page" [routerLinkActiveOptions]="anyQuery">
              <cpe-icon [name]="page.icon" /> <span class="page-name">{{ page.text() }}</span>
              @if (countOf(page.path); as count) { <span class="number" [class.urgent]="page.path === 'attention'">{{ count }}</span> }
            </a>
            @if (page.path === 'tickets' && !isPhone() && views().length > 0) {
              <ul class="view-links" [attr.aria-label]="words().tickets.savedViews">
                @for (view of views(); track view.id) {
                  <li><a class="page-link" routerLink="/tickets" [queryParams]="view.query" routerLinkActive="current" ariaCurrentWhenActive="page" [routerLinkActiveOptions]="sameQuery"><span class="page-name">{{ view.name }}</span></a></li>
                }
              </ul>
            }
          </li>
        }
      </ul>
      @if (inMenu().length > 0) {
        <details #more class="menu more-pages">
          <summary class="page-link"><cpe-icon name="more" /> <span class="page-name">{{ words().frame.more }}</span></summary>
          <ul class="menu-body">
            @for (page of inMenu(); track page.path) {
              <li><a class="page-link" [routerLink]="'/' + page.path" routerLinkActive="current" ariaCurrentWhenActive="page" (click)="more.open = false"><cpe-icon [name]="page.icon" /> {{ page.text() }}</a></li>
            }
          </ul>
        </details>
      }
      <button type="button" class="page-link fold" [attr.aria-pressed]="isFolded()" [title]="words().frame.fold" (click)="fold()"><cpe-icon name="fold" /> <span class="page-name">{{ words().frame.fold }}</span></button>
    </nav>
  `,
})
export class SideBar {
  protected readonly words = words;
  protected readonly views = savedViews;
  protected readonly isPhone = mediaSignal(PHONE);
  protected readonly isFolded = signal(keptForGood.read(KEPT, z.literal('folded')) !== undefined);
  protected readonly anyQuery = {
    paths: 'subset',
    queryParams: 'ignored',
    matrixParams: 'ignored',
    fragment: 'ignored',
  } as const;
  protected readonly sameQuery = {
    ...this.anyQuery,
    paths: 'exact',
    queryParams: 'exact',
  } as const;
  readonly #pages = usePages();
  readonly #router = inject(Router);
  protected readonly inBar = computed(() =>
    this.isPhone() && this.#pages().length > ON_PHONE + 1
      ? this.#pages().slice(0, ON_PHONE)
      : this.#pages(),
  );
  protected readonly inMenu = computed(() => this.#pages().slice(this.inBar().length));

  constructor() {
    void loadViews();
    askWhileVisible(() => void refreshDeskState());
    useShortcuts(
      this.#pages().map(({ path, key, text }) => ({
        keys: `g ${key}`,
        does: text,
        run: () => void this.#router.navigateByUrl(`/${path}`),
      })),
    );
  }

  /** How many things wait on a page; null: none, or nobody counts. */
  protected countOf(path: string): string | null {
    const state = deskState();
    const count = path === 'attention' || path === 'differences' ? state?.[path] : null;
    return count ? formatCount(count) : null;
  }

  protected fold(): void {
    this.isFolded.update((isFolded) => !isFolded);
    const { dataset } = document.documentElement;
    if (this.isFolded()) {
      dataset.sideBar = 'folded';
      keptForGood.keep(KEPT, 'folded');
    } else {
      delete dataset.sideBar;
      keptForGood.drop(KEPT);
    }
  }
}
