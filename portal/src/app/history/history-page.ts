import {
  Component,
  computed,
  DestroyRef,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { ChainVerdict, CpeUpdateAnswer, HistoryEntry } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import { caller } from '../shell/session.ts';
import { Skeleton } from '../shell/skeleton.ts';
import { words } from '../words/words.ts';
import { DeviceLineage } from './device-lineage.ts';
import type { HistoryFilters } from './history-client.ts';
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
      <h1 tabindex="-1">{{ said().heading }}</h1>
      @if (!missing()) {
        <p class="muted">{{ said().ofLine }} <span class="mono">{{ store.serviceLineId() ?? '…' }}</span>, {{ said().overAll }}</p>
      }
      <button type="button" class="button quiet proof-actions" (click)="print()">{{ said().print }}</button>
    </header>
    <p class="said" role="status" [class.visually-hidden]="!message()">{{ message() }}</p>
    @if (missing()) {
      <p>{{ words().tickets.noSuchDetail }}</p>
    } @else {
      @if (mayVerify()) { <cpe-history-proof [ticketId]="id()" (verified)="verdict.set($event)" /> }
      <div class="history-page">
        <div class="history-main">
          <cpe-history-filter-form [filters]="filters()" (changed)="go($event)" />
          @if (store.entries(); as entries) {
            <div class="history" [attr.aria-busy]="store.loading()">
              @for (entry of entries; track entry.id) {
                <cpe-history-entry [entry]="entry" [requestId]="store.requestIds()[entry.updateId]" [isProven]="isProven(entry)" (reverted)="noteReversal($event)" />
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
  private readonly lineage = viewChild(DeviceLineage);
  protected readonly words = words;
  protected readonly said = computed(() => words().history);
  protected readonly store = inject(HistoryStore);
  protected readonly mayVerify = computed(
    () => caller()?.actions.includes('history:verify') ?? false,
  );
  protected readonly missing = computed(() => this.store.problem()?.code === 'ctt-not-found');
  protected readonly message = signal('');
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
      untracked(() => void this.store.load(id, PAGE, filters));
    });
    inject(DestroyRef).onDestroy(() => this.store.stop());
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
    this.message.set(this.said().reverted(nig.reference));
    void this.store.load(this.id(), PAGE, this.filters());
    void this.lineage()?.load();
  }
}
