import {
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
  viewChildren,
} from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { ChainVerdict, Cpe, CpeUpdateAnswer, HistoryEntry } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { Newest } from '../shell/newest.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import { caller } from '../shell/session.ts';
import { useShortcuts } from '../shell/shortcuts.ts';
import { Skeleton } from '../shell/skeleton.ts';
import { showToast } from '../shell/toasts.ts';
import { words } from '../words/words.ts';
import { DeviceLineage } from './device-lineage.ts';
import { EntryComparison } from './entry-comparison.ts';
import { type HistoryFilters, loadHistory, NO_FILTERS } from './history-client.ts';
import { HistoryEntryPart } from './history-entry.ts';
import { HistoryFilterForm } from './history-filter-form.ts';
import { HistoryProof } from './history-proof.ts';
import { HistoryStore } from './history-store.ts';
import { MomentComparison } from './moment-comparison.ts';

const PAGE = 50;

/** The whole CPE history of a ticket's service line. */
@Component({
  selector: 'cpe-history-page',
  imports: [
    DeviceLineage,
    EntryComparison,
    HistoryEntryPart,
    HistoryFilterForm,
    HistoryProof,
    Icon,
    MomentComparison,
    ProblemNotice,
    RouterLink,
    Skeleton,
  ],
  providers: [HistoryStore],
  template: `
    <p><a class="back-link" [routerLink]="['/tickets', id()]"><cpe-icon name="back" /> {{ words().shell.ticket }}</a></p>
    <header class="page-head">
      <h1 #heading tabindex="-1">{{ missing() ? words().shell.history : said().historyOf(store.serviceLineId() ?? '…', store.customer()) }}</h1>
      <button type="button" class="button quiet small proof-actions" (click)="print()">{{ said().print }}</button>
    </header>
    @if (missing()) {
      <p>{{ words().tickets.noSuchDetail }}</p>
    } @else {
      @if (mayVerify()) { <cpe-history-proof [ticketId]="id()" (verified)="verdict.set($event)" /> }
      <div class="history-page">
        <div class="history-main">
          <div class="history-tools">
            <cpe-history-filter-form [filters]="filters()" (changed)="go($event)" />
            <p class="proof-actions" role="status">
              @if (ticked().length === 1) { {{ said().tickAnother }} }
              @if (ticked().length === 2 && !isComparing()) {
                <button type="button" class="button small" (click)="compare()">{{ said().compareTicked }} <kbd>c</kbd></button>
              }
            </p>
          </div>
          @if (isComparing() && pair(); as pair) { <cpe-entry-comparison [entries]="pair" (closed)="stopComparing()" /> }
          @if (store.entries(); as entries) {
            <div class="history" [attr.aria-busy]="store.loading()">
              @for (entry of entries; track entry.id) {
                <cpe-history-entry [entry]="entry" [requestId]="store.requestIds()[entry.updateId]" [isProven]="isProven(entry)" [isTicked]="ticked().includes(entry)" [now]="now()" (ticked)="tick(entry, $event)" (reverted)="noteReversal($event)" />
              } @empty {
                <p class="notice">{{ isNarrowed() ? said().noneMatches : said().none }}</p>
              }
            </div>
          } @else if (!store.problem()) {
            <cpe-skeleton [label]="said().loading" [lines]="12" />
          }
          @if (store.problem(); as problem) {
            <cpe-problem-notice [problem]="problem" (retry)="store.retry()" />
          } @else if (store.nextCursor()) {
            <button type="button" class="button load-more" [disabled]="store.loading()" (click)="store.loadMore()">{{ words().shell.loadMore }}</button>
          }
        </div>
        <div class="history-side" [class.is-waiting]="!store.entries() && !store.problem()">
          <cpe-device-lineage [ticketId]="id()" />
          <cpe-moment-comparison [ticketId]="id()" />
        </div>
      </div>
    }
  `,
})
export class HistoryPage {
  /** The ticket's, from the address. */
  readonly id = input.required<string>();
  /** The filters, from the address. */
  readonly field = input<string>();
  readonly by = input<string>();
  readonly from = input<string>();
  readonly to = input<string>();
  readonly #router = inject(Router);
  readonly #newest = new Newest();
  private readonly heading = viewChild.required<ElementRef<HTMLElement>>('heading');
  private readonly comparison = viewChild(EntryComparison);
  private readonly parts = viewChildren(HistoryEntryPart);
  private readonly lineage = viewChild(DeviceLineage);
  protected readonly words = words;
  protected readonly said = computed(() => words().history);
  protected readonly store = inject(HistoryStore);
  protected readonly mayVerify = computed(
    () => caller()?.actions.includes('history:verify') ?? false,
  );
  protected readonly mayRevert = computed(
    () => caller()?.actions.includes('cpe-update:revert') ?? false,
  );
  protected readonly missing = computed(() => this.store.problem()?.code === 'ctt-not-found');
  /** The entries to compare, as they were ticked: two at most. */
  protected readonly ticked = signal<readonly HistoryEntry[]>([]);
  protected readonly isComparing = signal(false);
  /** The ticked entries, the earlier one first. */
  protected readonly pair = computed(() => {
    const [first, second] = this.ticked().toSorted((a, b) => a.sequence - b.sequence);
    return first && second ? ([first, second] as const) : null;
  });
  /** What the line's newest entry left behind, whatever the filters show. */
  protected readonly now = signal<Cpe | null>(null);
  protected readonly verdict = signal<ChainVerdict | null>(null);

  protected readonly filters = computed<HistoryFilters>(() => ({
    field: this.field() ?? '',
    by: this.by() ?? '',
    from: this.from() ?? '',
    to: this.to() ?? '',
  }));
  protected readonly isNarrowed = computed(() =>
    Object.values(this.filters()).some((value) => value !== ''),
  );

  constructor() {
    effect(() => {
      const [id, filters] = [this.id(), this.filters()];
      untracked(() => {
        this.#untick();
        void this.store.load(id, PAGE, filters);
      });
    });
    effect(() => {
      this.id();
      if (this.mayRevert()) untracked(() => void this.#loadNow());
    });
    inject(DestroyRef).onDestroy(() => {
      this.store.stop();
      this.#newest.stop();
    });
    usePageTitle(() => {
      const line = this.store.serviceLineId();
      return line && this.said().historyOf(line, this.store.customer());
    });
    const hasNone = () => this.#focused() === undefined;
    const onFocused = (run: (part: HistoryEntryPart) => void) => () => {
      const part = this.#focused();
      if (part) run(part);
    };
    useShortcuts([
      { keys: 'j', does: () => this.said().nextEntry, run: () => this.#move(1) },
      { keys: 'k', does: () => this.said().previousEntry, run: () => this.#move(-1) },
      {
        keys: 'Enter',
        does: () => this.said().showDetails,
        run: onFocused((part) => part.toggleDetails()),
        isOff: hasNone,
      },
      {
        keys: 'x',
        does: () => this.said().tickIt,
        run: onFocused((part) => this.tick(part.entry(), !part.isTicked())),
        isOff: hasNone,
      },
      {
        keys: 'c',
        does: () => this.said().compareTicked,
        run: () => this.compare(),
        isOff: () => this.pair() === null,
      },
    ]);
  }

  #focused(): HistoryEntryPart | undefined {
    return this.parts().find((part) => part.hasFocus());
  }

  #move(by: number): void {
    const parts = this.parts();
    const index = parts.findIndex((part) => part.hasFocus());
    (index === -1 ? parts[0] : parts[index + by])?.focus();
  }

  #untick(): void {
    this.ticked.set([]);
    this.isComparing.set(false);
  }

  async #loadNow(): Promise<void> {
    const signal = this.#newest.next();
    const asked = { cursor: null, limit: 1, filters: NO_FILTERS };
    const answer = await loadHistory(this.id(), asked, signal);
    if (!signal.aborted) this.now.set(answer.ok ? (answer.value.items[0]?.after ?? null) : null);
  }

  /** A third tick replaces the second. */
  protected tick(entry: HistoryEntry, isTicked: boolean): void {
    this.ticked.update((all) =>
      isTicked ? [...all.slice(0, 1), entry] : all.filter(({ id }) => id !== entry.id),
    );
    if (this.ticked().length < 2) this.isComparing.set(false);
  }

  protected compare(): void {
    this.isComparing.set(true);
    setTimeout(() => this.comparison()?.focus());
  }

  protected stopComparing(): void {
    this.#untick();
    this.heading().nativeElement.focus();
  }

  protected go(filters: HistoryFilters): void {
    const queryParams = Object.fromEntries(
      Object.entries(filters).filter(([, value]) => value !== ''),
    );
    void this.#router.navigate([], { queryParams });
  }

  /** Null where nobody has verified it. What is newer than the verdict is not in it. */
  protected isProven({ sequence }: HistoryEntry): boolean | null {
    const verdict = this.verdict();
    if (!verdict) return null;
    if (verdict.isIntact) return sequence <= verdict.entries ? true : null;
    return verdict.fault ? sequence < verdict.fault.sequence : false;
  }

  protected print(): void {
    window.print();
  }

  /** The reversal is an entry of its own, the newest. */
  protected noteReversal({ nig }: CpeUpdateAnswer): void {
    showToast({ text: this.said().reverted(nig.reference), tone: 'good' });
    this.heading().nativeElement.focus();
    this.#untick();
    void this.store.load(this.id(), PAGE, this.filters());
    void this.#loadNow();
    void this.lineage()?.load();
  }
}
