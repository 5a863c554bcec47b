import {
  afterNextRender,
  Component,
  DestroyRef,
  ElementRef,
  Injector,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router, RouterOutlet } from '@angular/router';
import { filter, map, pairwise, startWith } from 'rxjs';
import { keptInTab } from '../storage/kept.ts';
import { words } from '../words/words.ts';
import { endSession } from './caller-client.ts';
import { HoldBanner } from './hold-banner.ts';
import { HoldDialog } from './hold-dialog.ts';
import { IncidentBanner } from './incident-banner.ts';
import { KeyboardHelp } from './keyboard-help.ts';
import { usePageTitle } from './page-title.ts';
import { Palette } from './palette.ts';
import { ProblemNotice } from './problem-notice.ts';
import { callerProblem, refreshCaller } from './refresh-caller.ts';
import type { Problem } from './request.ts';
import { caller, connected, sessionEnded } from './session.ts';
import { SessionBanner } from './session-banner.ts';
import { pressShortcut, useShortcuts } from './shortcuts.ts';
import { SideBar } from './side-bar.ts';
import { SignIn } from './sign-in.ts';
import { ToastRegion } from './toast-region.ts';
import { TopBar } from './top-bar.ts';

const pathOf = (url: string): string => url.split(/[?#]/)[0] ?? url;

/** The frame around every page: who is signed in, the state of the connection, the page itself. */
@Component({
  selector: 'cpe-shell',
  imports: [
    HoldBanner,
    HoldDialog,
    IncidentBanner,
    KeyboardHelp,
    Palette,
    ProblemNotice,
    RouterOutlet,
    SessionBanner,
    SideBar,
    SignIn,
    ToastRegion,
    TopBar,
  ],
  host: {
    '[class.signed-out]': 'caller() === null',
    '(window:focus)': 'recheck()',
    '(window:online)': 'refresh()',
    '(window:offline)': 'connected.set(false)',
    '(document:keydown)': 'press($event)',
  },
  template: `
    <button type="button" class="skip-link" (click)="focusMain()">{{ words().shell.skip }}</button>
    @if (caller()) {
      <cpe-top-bar (find)="isFinding.set(true)" (help)="help().open()" (hold)="holdDialog()?.open()" (signOut)="signOut($event)" />
      <cpe-side-bar />
    } @else if (caller() === undefined) {
      <header class="top-bar" aria-hidden="true"><span class="product">{{ words().shell.product }}</span></header>
      <div class="side-bar" aria-hidden="true"></div>
    }
    <div class="banners">
      @if (caller()) {
        <cpe-session-banner />
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
        <p class="visually-hidden" aria-busy="true">{{ words().shell.loading }}</p>
      }
    </main>
    <cpe-toast-region />
    <cpe-keyboard-help />
    @defer (when isFinding(); prefetch on idle) {
      @if (isFinding()) { <cpe-palette [typedAhead]="typedAhead()" (closed)="stopFinding()" /> }
    }
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
  protected readonly holdDialog = viewChild(HoldDialog);
  protected readonly help = viewChild.required(KeyboardHelp);
  /** Whether the command palette is open, or comes as soon as it is loaded. */
  protected readonly isFinding = signal(false);
  /** What was typed until it came: it goes into its field. */
  protected readonly typedAhead = signal('');
  protected readonly signOutProblem = signal<Problem | null>(null);

  constructor() {
    this.#focusHeadings(inject(Router), inject(DestroyRef));
    usePageTitle(() => (caller() === null ? words().shell.signIn : null));
    const find = { does: () => words().frame.searchOrGo, run: () => this.isFinding.set(true) };
    const isOff = () => !caller();
    useShortcuts([
      { keys: 'Mod+k', ...find, isOff },
      { keys: '/', ...find, isOff },
      { keys: '?', does: () => words().frame.showKeys, run: () => this.help().open() },
    ]);
    this.refresh();
  }

  protected refresh(): void {
    void refreshCaller();
  }

  /** Back from another tab: perhaps from signing in again. */
  protected recheck(): void {
    if (sessionEnded() && caller()) this.refresh();
  }

  protected async signOut(everywhere: boolean): Promise<void> {
    const answer = await endSession(everywhere);
    if (answer.ok) keptInTab.end();
    if (answer.ok) location.assign(answer.value?.endSessionUrl ?? '/');
    else this.signOutProblem.set(answer.problem);
  }

  protected press(event: KeyboardEvent): void {
    const isAhead = this.isFinding() && !document.querySelector('dialog[open]');
    if (!isAhead || event.key.length !== 1 || event.ctrlKey || event.metaKey) {
      pressShortcut(event);
      return;
    }
    event.preventDefault();
    this.typedAhead.update((text) => text + event.key);
  }

  protected stopFinding(): void {
    this.isFinding.set(false);
    this.typedAhead.set('');
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
