import { Component, computed, input } from '@angular/core';
import type { TicketStatus } from '@cpe-desk/contract';
import { words } from '../words/words.ts';

const tones: Readonly<Record<TicketStatus, string>> = {
  acknowledged: 'badge',
  inProgress: 'badge info',
  held: 'badge warning',
  pending: 'badge warning',
  resolved: 'badge',
  closed: 'badge',
  cancelled: 'badge',
  rejected: 'badge',
};

@Component({
  selector: 'cpe-status-badge',
  template: `<span [class]="tone()">{{ said() }}</span>`,
})
export class StatusBadge {
  readonly status = input.required<TicketStatus>();
  protected readonly tone = computed(() => tones[this.status()]);
  protected readonly said = computed(() => words().status[this.status()]);
}
