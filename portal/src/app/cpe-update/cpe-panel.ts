import {
  afterNextRender,
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  effect,
  Injector,
  inject,
  input,
  output,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import type { CpeField, CpeUpdateAnswer, Ticket } from '@cpe-desk/contract';
import { hearLine } from '../live/live.ts';
import { Icon } from '../shell/icon.ts';
import { useShortcuts } from '../shell/shortcuts.ts';
import { formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { CpeForm } from './cpe-form.ts';
import { CpeUpdateStore, type StoreListeners } from './cpe-update-store.ts';
import { CpeView } from './cpe-view.ts';
import { CatalogueStore } from './draft/catalogue-store.ts';
import { cpeFieldOf } from './draft/cpe-draft.ts';
import { CpeDraftStore } from './draft/cpe-draft-store.ts';
import { DraftKeeper } from './draft/draft-keeper.ts';
import { EditingGuard } from './draft/editing-guard.ts';
import { ReasonStore } from './draft/reason-store.ts';
import { failureDetails } from './failure/failure-details.ts';
import { mayArrive } from './failure/failure-rules.ts';
import { wordsOfFailure } from './failure/failure-words.ts';
import { UnsettledNotice } from './outcome/unsettled-notice.ts';
import { type NextTicket, UpdateDialog } from './update-dialog.ts';
import { hasObstacle, lastingWords } from './verdict.ts';

/** The part of the ticket page where the CPE is shown, and edited where that is allowed. */
@Component({
  selector: 'cpe-panel',
  imports: [CpeForm, CpeView, Icon, UnsettledNotice, UpdateDialog],
  providers: [CatalogueStore, CpeDraftStore, CpeUpdateStore, DraftKeeper, ReasonStore],
  template: `
    <section class="panel cpe-panel" aria-labelledby="cpe-panel">
      <div class="panel-head">
        <h2 id="cpe-panel" #heading tabindex="-1">{{ said().heading }}</h2>
        @if (ticket().cpe; as cpe) { <span class="muted" [title]="said().versionGrows">{{ said().version(cpe.version) }}</span> }
      </div>
      <p class="presence" role="status" [class.visually-hidden]="others().length === 0">
        @if (others().length > 0) { <cpe-icon name="person" /> {{ said().alsoOpenBy(others()) }} }
      </p>
      <p class="said" role="status" #saying tabindex="-1" [class.visually-hidden]="!store.message()">
        @if (store.message(); as message) { <cpe-icon name="check" /> {{ message }} }
      </p>
      <div role="status">
        @if (left(); as left) {
          <p class="notice warning">
            <strong>{{ said().leftUpdate }}</strong> {{ left.happened }} {{ left.unchanged }} {{ left.details }}
          </p>
        }
      </div>
      @if (isNigAway() && closed().length === 0) {
        <p class="notice warning" role="status">{{ said().nigAway }}</p>
      }
      @if (ticket().unsettledUpdate; as update) { <cpe-unsettled-notice [update]="update" /> }
      @if (store.isEditing()) {
        <cpe-form [ticket]="ticket()" />
      } @else {
        @if (recorded(); as recorded) {
          <cpe-view [recorded]="recorded" />
          @if (since(); as text) { <p class="muted">{{ text }}</p> }
        }
        @if (closed().length > 0) {
          <div class="notice">
            <p><cpe-icon name="lock" /> <strong>{{ said().closed }}</strong></p>
            <ul>
              @for (reason of closed(); track reason) { <li>{{ reason }}</li> }
            </ul>
          </div>
        } @else if (!isWaiting()) {
          <div class="actions">
            <button type="button" class="button primary" #edit aria-keyshortcuts="e" [disabled]="!mayUpdate()" (click)="store.edit()"><cpe-icon name="pencil" /> {{ said().edit }}</button>
            <button type="button" class="button" aria-keyshortcuts="r" [disabled]="!mayUpdate()" (click)="store.refresh()">{{ said().refresh }}</button>
          </div>
        }
      }
      <cpe-update-dialog [next]="next()" />
    </section>
  `,
})
export class CpePanel {
  readonly ticket = input.required<Ticket>();
  /** The ticket after this one in the list. */
  readonly next = input<NextTicket | null>(null);
  readonly applied = output<CpeUpdateAnswer>();
  readonly reload = output<void>();
  /** The fields that the operator is changing. */
  readonly changing = output<readonly CpeField[]>();
  readonly #draft = inject(CpeDraftStore);
  readonly #guard = inject(EditingGuard);
  readonly #injector = inject(Injector);
  protected readonly heading = viewChild.required<ElementRef<HTMLElement>>('heading');
  protected readonly saying = viewChild.required<ElementRef<HTMLElement>>('saying');
  protected readonly edit = viewChild<ElementRef<HTMLElement>>('edit');
  protected readonly store = inject(CpeUpdateStore);

  protected readonly said = computed(() => words().cpeUpdate);
  /** Who else has a ticket of the line open. */
  protected readonly others = signal<readonly string[]>([]);
  /** What is recorded, where the line has a CPE. */
  protected readonly recorded = computed(() => {
    const { cpe, corpData, nigDrift, serviceLine } = this.ticket();
    return cpe && { cpe, corpData, nigDrift, serviceLine };
  });
  protected readonly since = computed(() => {
    const recorded = this.ticket().cpeRecorded;
    return (
      recorded &&
      this.said().recordedSince(formatTime(recorded.at), recorded.by ?? this.said().byImport)
    );
  });

  /** The failure of an update that was left running, in words. */
  protected readonly left = computed(() => {
    const problem = this.store.leftProblem();
    if (!problem) return null;
    const { happened, unchanged } = wordsOfFailure(problem, mayArrive(problem.code));
    return { happened, unchanged, details: failureDetails(problem).lines.join(' ') };
  });

  readonly #ticketId = computed(() => this.ticket().id);
  readonly #serviceLineId = computed(() => this.ticket().serviceLine.id);

  /** Every lasting reason why the CPE cannot be updated from here, in words. */
  protected readonly closed = computed(() => lastingWords(this.ticket()));
  protected readonly isWaiting = computed(() => hasObstacle(this.ticket(), 'update-in-progress'));
  protected readonly isNigAway = computed(() => hasObstacle(this.ticket(), 'nig-unavailable'));
  protected readonly mayUpdate = computed(() => this.ticket().canUpdate.allowed);

  constructor() {
    this.store.connect({
      applied: (answer) => this.applied.emit(answer),
      reload: () => this.reload.emit(),
      ended: (how) => this.#focusAfter(how),
    });
    effect(() => {
      const ticket = this.ticket();
      untracked(() => this.store.show(ticket));
    });
    const isOff = () => this.store.isEditing() || !this.mayUpdate();
    useShortcuts([
      {
        keys: 'e',
        does: () => this.said().edit,
        run: () => this.store.edit(),
        isOff,
        isCommand: true,
      },
      {
        ...{ keys: 'r', does: () => this.said().refresh, run: () => this.store.refresh() },
        ...{ isOff, isCommand: true },
      },
    ]);
    effect(() => this.#guard.isUnsaved.set(this.store.isUnsaved()));
    effect(() => this.changing.emit(this.#draft.changed().map(cpeFieldOf)));
    effect((onCleanup) => {
      const close = hearLine({
        ticketId: this.#ticketId(),
        serviceLineId: this.#serviceLineId(),
        heard: (event) => this.store.hear(event),
        missed: () => this.reload.emit(),
        present: (names) => this.others.set(names),
      });
      onCleanup(close);
    });
    inject(DestroyRef).onDestroy(() => {
      this.store.stop();
      this.#guard.isUnsaved.set(false);
    });
  }

  /** What had the focus is gone: it goes to what was said, or to where one can begin again. */
  #focusAfter(how: Parameters<StoreListeners['ended']>[0]): void {
    // An unsettled update has no button: a button would lose the focus.
    const button = () => (how === 'left' ? this.edit() : undefined);
    const place = () => (how === 'applied' ? this.saying() : (button() ?? this.heading()));
    afterNextRender(() => place().nativeElement.focus(), { injector: this.#injector });
  }
}
