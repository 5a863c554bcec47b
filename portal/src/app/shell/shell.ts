import {
  afterNextRender,
  Component,
  computed,
  DestroyRef,
  ElementRef,
  Injector,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router, RouterLink, RouterOutlet } from '@angular/router';
import { filter, map, pairwise, startWith } from 'rxjs';
import { keptInTab } from '../storage/kept.ts';
import { formatRoles } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { endSession } from './caller-client.ts';
import { HoldBanner } from './hold-banner.ts';
import { HoldDialog } from './hold-dialog.ts';
import { IncidentBanner } from './incident-banner.ts';
import { LanguageSwitch } from './language-switch.ts';
import { Menu } from './menu.ts';
import { ProblemNotice } from './problem-notice.ts';
import { callerProblem, refreshCaller } from './refresh-caller.ts';
import type { Problem } from './request.ts';
import { caller, connected, sessionEnded } from './session.ts';
import { SignIn } from './sign-in.ts';

const pathOf = (url: string): string => url.split(/[?#]/)[0] ?? url;

/** The frame around every page: who is signed in, the state of the connection, the page itself. */
@Component({
  selector: 'cpe-shell',
  imports: [
    HoldBanner,
    HoldDialog,
    IncidentBanner,
    LanguageSwitch,
    Menu,
    ProblemNotice,
    RouterLink,
    RouterOutlet,
    SignIn,
  ],
  host: {
    '(window:focus)': 'recheck()',
    '(window:online)': 'refresh()',
    '(window:offline)': 'connected.set(false)',
  },
  template: `
    <button type="button" class="skip-link" (click)="focusMain()">{{ words().shell.skip }}</button>
    @if (caller(); as person) {
      <header class="shell-header">
        <a class="product" routerLink="/tickets">{{ words().shell.product }}</a>
        <nav [attr.aria-label]="words().shell.pages">
          @if (person.actions.includes('overview:read')) {
            <a routerLink="/overview">{{ words().shell.overview }}</a>
          }
          @if (person.actions.includes('cpe-update:settle')) {
            <a routerLink="/attention">{{ words().shell.attention }}</a>
          }
          @if (person.actions.includes('access-log:read')) {
            <a routerLink="/access-log">{{ words().shell.accessLog }}</a>
          }
          @if (person.actions.includes('session:manage')) {
            <a routerLink="/sessions">{{ words().shell.sessions }}</a>
          }
          @if (person.actions.includes('token:manage')) {
            <a routerLink="/api-tokens">{{ words().shell.tokens }}</a>
          }
        </nav>
        <details class="person menu">
          <summary #menuButton>
            <span class="visually-hidden">{{ words().shell.signedInAs }}</span>
            <strong>{{ person.name }}</strong> <span class="muted">{{ roles() }}</span>
          </summary>
          <div class="menu-body">
            <cpe-language-switch />
            @if (person.actions.includes('policy:hold')) {
              <button type="button" class="button" (click)="openHold(menuButton)">{{ words().shell.hold.open }}</button>
            }
            <button type="button" class="button" (click)="signOut(true)">{{ words().shell.signOutEverywhere }}</button>
          </div>
        </details>
        <button type="button" class="button quiet" (click)="signOut(false)">{{ words().shell.signOut }}</button>
      </header>
    } @else if (caller() === undefined) {
      <header class="shell-header" aria-hidden="true"><span class="product">{{ words().shell.product }}</span></header>
    }
    @if (caller()) {
      <cpe-hold-banner />
      <cpe-incident-banner />
      <cpe-hold-dialog />
    }
    <div role="status">
      @if (!connected()) {
        <p class="banner warning">{{ words().shell.offline }}</p>
      }
      @if (caller() && sessionEnded()) {
        <p class="banner warning">
          {{ words().shell.sessionEnded }}
          <a href="/auth/login?returnTo=%2Ftickets" target="_blank">{{ words().shell.signInAgain }}</a>
          {{ words().shell.inNewTab }}
        </p>
      }
    </div>
    <main class="shell-main" tabindex="-1">
      @if (signOutProblem(); as problem) {
        <cpe-problem-notice [problem]="problem" (retry)="signOut(false)" />
      }
      @if (caller()) {
        <router-outlet />
      } @else if (caller() === null) {
        <cpe-sign-in />
      } @else if (callerProblem(); as problem) {
        <h1 tabindex="-1">{{ words().shell.product }}</h1>
        <cpe-problem-notice [problem]="problem" (retry)="refresh()" />
      } @else {
        <p class="muted" aria-busy="true">{{ words().shell.loading }}</p>
      }
    </main>
  `,
})
export class Shell {
  protected readonly words = words;
  readonly #element: ElementRef<HTMLElement> = inject(ElementRef);
  readonly #injector = inject(Injector);
  protected readonly caller = caller;
  protected readonly callerProblem = callerProblem;
  protected readonly connected = connected;
  protected readonly sessionEnded = sessionEnded;
  private readonly holdDialog = viewChild(HoldDialog);
  protected readonly signOutProblem = signal<Problem | null>(null);
  protected readonly roles = computed(() => formatRoles(caller()?.roles ?? []));

  constructor() {
    this.#focusHeadings(inject(Router), inject(DestroyRef));
    this.refresh();
  }

  protected refresh(): void {
    void refreshCaller();
  }

  /** Back from another tab: perhaps from signing in again. */
  protected recheck(): void {
    if (sessionEnded() && caller()) this.refresh();
  }

  protected openHold(menuButton: HTMLElement): void {
    // The dialog gives the focus back to what had it: the menu's own buttons are hidden by then.
    menuButton.focus();
    this.holdDialog()?.open();
  }

  protected async signOut(everywhere: boolean): Promise<void> {
    const answer = await endSession(everywhere);
    if (answer.ok) keptInTab.end();
    if (answer.ok) location.assign(answer.value?.endSessionUrl ?? '/');
    else this.signOutProblem.set(answer.problem);
  }

  protected focusMain(): void {
    this.#element.nativeElement.querySelector('main')?.focus();
  }

  /**
   * Another page: the focus goes to its heading, so that a screen reader says where one is (a
   * filter in the query is the same page).
   */
  #focusHeadings(router: Router, destroyed: DestroyRef): void {
    router.events
      .pipe(
        filter((event) => event instanceof NavigationEnd),
        map((event) => pathOf(event.urlAfterRedirects)),
        startWith(''),
        pairwise(),
        filter(([before, now]) => before !== '' && before !== now),
        takeUntilDestroyed(destroyed),
      )
      .subscribe(() => afterNextRender(() => this.#focusHeading(), { injector: this.#injector }));
  }

  #focusHeading(): void {
    this.#element.nativeElement
      .querySelector<HTMLElement>('main h1')
      ?.focus({ preventScroll: true });
  }
}
