import { computed, signal } from '@angular/core';
import { isUnsettled, type Ticket } from '@cpe-desk/contract';
import type { Problem } from '../../shell/request.ts';
import { leavesOpen } from '../failure/failure-rules.ts';
import { readUpdate } from './cpe-update-client.ts';
import { problemOf, updateIdOf } from './phase.ts';

/** An update that the operator left running and that was not applied, as far as is known. */
export class LeftUpdate {
  /** `openId`: the update, while its outcome is open. */
  readonly #left = signal<{ problem: Problem; openId: string | null } | null>(null);
  /** Why it was not applied, or why that is unknown. */
  readonly problem = computed(() => this.#left()?.problem ?? null);

  /** `sentId`: the update as its events name it; an answer that never came does not. */
  fail(problem: Problem, sentId: string | null): void {
    const isOpen = problem.code === 'nig-outcome-unknown' || leavesOpen(problem.code);
    this.#left.set({ problem, openId: isOpen ? (updateIdOf(problem) ?? sentId) : null });
  }

  /** The ticket as it is now. Once the update has settled, its result replaces "unknown". */
  async check({ unsettledUpdate }: Ticket): Promise<void> {
    const left = this.#left();
    if (!left?.openId || unsettledUpdate?.updateId === left.openId) return;
    const answer = await readUpdate(left.openId);
    if (!answer.ok || isUnsettled(answer.value.state) || this.#left() !== left) return;
    const isApplied = answer.value.state === 'applied';
    this.#left.set(isApplied ? null : { problem: problemOf(answer.value), openId: null });
  }

  forget(): void {
    this.#left.set(null);
  }
}
