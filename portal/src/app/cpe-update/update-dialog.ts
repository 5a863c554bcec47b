import {
  Component,
  computed,
  type ElementRef,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { RouterLink } from '@angular/router';
import { isUnsettled } from '@cpe-desk/contract';
import { CopyButton } from '../shell/copy-button.ts';
import { Icon } from '../shell/icon.ts';
import { caller } from '../shell/session.ts';
import { problemWords } from '../words/problem-words.ts';
import { words } from '../words/words.ts';
import { CpeUpdateStore } from './cpe-update-store.ts';
import { ReasonBox } from './draft/reason-box.ts';
import { ReasonStore } from './draft/reason-store.ts';
import { FailedActions } from './failed-actions.ts';
import { FailurePanel } from './failure/failure-panel.ts';
import { ChangeList } from './outcome/change-list.ts';
import { OtherUpdate } from './outcome/other-update.ts';
import type { DialogPhase } from './outcome/phase.ts';
import { SendingSteps } from './outcome/sending-steps.ts';
import { needsTick, PreviewPanel } from './preview-panel.ts';
import { obstacleWords } from './verdict.ts';

/** The ticket after this one in the list. */
export type NextTicket = { id: string; ticketNo: string };

/** What the dialog is about, phase by phase. */
const dialogHeading = (phase: DialogPhase | null, ticketNo: string): string => {
  const said = words().cpeUpdate;
  switch (phase?.name) {
    case 'confirming':
    case 'sending':
      return said.confirm(phase.preview.kind, ticketNo);
    case 'following':
      return said.openOutcome;
    case 'applied':
      return said.isApplied(phase.kind);
    case 'failed':
      return phase.other && !isUnsettled(phase.other.state)
        ? said.otherSettled
        : problemWords(phase.problem).title;
    default:
      return said.reviewing;
  }
};

/** The explicit confirmation, the wait for NIG, and the result. */
@Component({
  selector: 'cpe-update-dialog',
  imports: [
    ChangeList,
    CopyButton,
    FailedActions,
    FailurePanel,
    Icon,
    OtherUpdate,
    PreviewPanel,
    ReasonBox,
    RouterLink,
    SendingSteps,
  ],
  host: { '(keydown)': 'press($event)' },
  template: `
    <dialog #dialog class="update-dialog confirm-dialog" aria-labelledby="update-heading update-subject" (cancel)="escape($event)" (close)="closed()">
      @if (phase(); as phase) {
        <header>
          <h2 id="update-heading" #heading tabindex="-1">
            @if (phase.name === 'applied') { <span class="big-tick"><cpe-icon name="check" /></span> }
            {{ title() }}
          </h2>
          <p id="update-subject" class="dialog-subject">{{ subject() }}</p>
        </header>
        <div class="dialog-body">
          @switch (phase.name) {
            @case ('checking') { <p aria-busy="true">{{ said().checking }}</p> }
            @case ('failed') {
              <cpe-failure-panel [problem]="phase.problem" [mayHaveArrived]="phase.mayHaveArrived" [isRefresh]="!phase.isEditing" />
              @if (phase.other; as other) { <cpe-other-update [update]="other" /> }
              @if (phase.preview; as preview) { <cpe-change-list [changed]="preview.changed" [before]="preview.before" [after]="preview.after" /> }
            }
            @case ('following') {
              <cpe-failure-panel class="is-open" [problem]="phase.problem" [mayHaveArrived]="true" />
              <p class="notice warning" role="status">
                {{ phase.state ? said().outcome[phase.state] : said().askingDesk }}
              </p>
              <cpe-change-list [changed]="phase.preview.changed" [before]="phase.preview.before" [after]="phase.preview.after" />
            }
            @case ('applied') {
              <p class="visually-hidden" role="status">{{ said().applied(phase.kind, phase.reference) }}</p>
              <p class="nig-reference">{{ words().history.nigReference }} <cpe-copy [value]="phase.reference" /></p>
              <cpe-change-list [changed]="phase.preview.changed" [before]="phase.preview.before" [after]="phase.preview.after" />
            }
            @default {
              @if (phase.name === 'sending') {
                <cpe-sending-steps [progress]="store.progress()" [elapsed]="store.elapsed()" [mayLeave]="store.mayLeave()" />
              }
              <cpe-preview-panel [preview]="phase.preview" [(isTicked)]="isTicked" />
              <cpe-reason-box [isSent]="phase.name === 'sending'" />
            }
          }
          @if (phase.name === 'confirming' && obstacles().length > 0) {
            <div class="notice warning" role="status">
              @for (text of obstacles(); track text) { <p>{{ text }}</p> }
            </div>
          }
        </div>
        <footer class="actions">
          @switch (phase.name) {
            @case ('confirming') {
              <button type="button" class="button primary" aria-keyshortcuts="Control+Enter" [disabled]="!maySend()" (click)="store.send()">{{ said().send }} <kbd aria-hidden="true">{{ words().shell.ctrlEnter }}</kbd></button>
              <button type="button" class="button" (click)="store.back()">{{ phase.isEditing ? said().back : words().shell.cancel }}</button>
            }
            @case ('sending') {
              <button type="button" class="button" [disabled]="!store.mayLeave()" (click)="store.back()">{{ words().shell.leaveRunning }}</button>
            }
            @case ('failed') { <cpe-failed-actions [phase]="phase" /> }
            @case ('applied') {
              @if (next(); as next) {
                <a class="button primary" [routerLink]="['/tickets', next.id]" (click)="store.back()">{{ said().nextTicket(next.ticketNo) }}</a>
              }
              <button type="button" class="button" [class.primary]="!next()" (click)="store.back()">{{ words().shell.close }}</button>
              @if (mayRevert()) {
                <a class="button quiet" [routerLink]="['/tickets', store.ticket()?.id, 'history']" (click)="store.back()">{{ said().revert }}</a>
              }
            }
            @default { <button type="button" class="button" (click)="store.back()">{{ phase.name === 'following' ? words().shell.close : words().shell.cancel }}</button> }
          }
        </footer>
      }
    </dialog>
  `,
})
export class UpdateDialog {
  readonly next = input<NextTicket | null>(null);
  protected readonly store = inject(CpeUpdateStore);
  readonly #reason = inject(ReasonStore);
  protected readonly phase = this.store.dialog;
  protected readonly words = words;
  protected readonly said = computed(() => words().cpeUpdate);
  /** Someone has checked what is a slip more often than not. */
  protected readonly isTicked = signal(false);
  protected readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  protected readonly heading = viewChild<ElementRef<HTMLElement>>('heading');

  protected readonly title = computed(() =>
    dialogHeading(this.phase(), this.store.ticket()?.ticketNo ?? ''),
  );

  /** Of several open tickets: which one this is about. */
  protected readonly subject = computed(() => {
    const ticket = this.store.ticket();
    if (!ticket) return '';
    const { serviceLine, ticketNo } = ticket;
    const name = this.phase()?.name;
    const isNamed = name === 'confirming' || name === 'sending';
    return [...(isNamed ? [] : [ticketNo]), serviceLine.id, serviceLine.customer].join(' · ');
  });

  /** What changed on the line or at NIG since the review, and stands in the way now. */
  protected readonly obstacles = computed(() => {
    const ticket = this.store.ticket();
    return ticket ? obstacleWords(ticket) : [];
  });

  protected readonly maySend = computed(() => {
    const phase = this.phase();
    if (phase?.name !== 'confirming' || this.obstacles().length > 0) return false;
    return this.#reason.error() === null && (this.isTicked() || !needsTick(phase.preview));
  });

  protected readonly mayRevert = computed(() => {
    const phase = this.phase();
    const mayRevert = caller()?.actions.includes('cpe-update:revert') ?? false;
    return phase?.name === 'applied' && phase.preview.changed.length > 0 && mayRevert;
  });

  constructor() {
    effect(() => {
      const dialog = this.dialog().nativeElement;
      const isShown = this.phase() !== null;
      if (isShown && !dialog.open) dialog.showModal();
      if (!isShown && dialog.open) dialog.close();
    });
    // Each phase is news: whoever does not see the dialog hears its heading. News within a phase
    // leaves the focus alone.
    const name = computed(() => this.phase()?.name);
    effect(() => {
      const heading = this.heading();
      if (name() === 'checking') this.isTicked.set(false);
      if (name()) untracked(() => heading?.nativeElement.focus());
    });
  }

  /** Ctrl+Enter confirms, from wherever the focus is in the dialog. */
  protected press(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || !this.maySend()) return;
    event.preventDefault();
    this.store.send();
  }

  /** Escape is "back", but not in the first seconds of waiting. */
  protected escape(event: Event): void {
    event.preventDefault();
    this.store.back();
  }

  /** Browsers let a second Escape through. */
  protected closed(): void {
    if (this.phase() === null) return;
    this.store.back();
    if (this.phase() !== null) this.dialog().nativeElement.showModal();
  }
}
