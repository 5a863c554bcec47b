import { Component, computed, effect, input, signal, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { LineDevice } from '@cpe-desk/contract';
import { ProblemNotice } from '../shell/problem-notice.ts';
import type { Problem } from '../shell/request.ts';
import { formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { loadDevices } from './history-client.ts';

/** The devices that stood on the line, each with its time. */
@Component({
  selector: 'cpe-device-lineage',
  imports: [ProblemNotice, RouterLink],
  template: `
    <section class="panel" aria-labelledby="devices">
      <h2 id="devices">{{ said().devices }}</h2>
      @if (problem(); as problem) { <cpe-problem-notice [problem]="problem" (retry)="load()" /> }
      <ol class="lineage-list">
        @for (device of devices(); track $index) {
          <li class="device" [class.in-use]="device.until === null">
            <p><strong class="mono">{{ device.serialNumber ?? words().notKnown }}</strong> {{ device.manufacturer }} {{ device.model }}</p>
            <p class="muted">
              @if (device.since; as since) { {{ said().deviceSince }} <time [attr.datetime]="since">{{ time(since) }}</time> } @else { {{ said().beforeHistory }} }
              @if (device.until; as until) {
                – <time [attr.datetime]="until">{{ time(until) }}</time>, {{ said().replacedIn }} <a [routerLink]="[]" [fragment]="'entry-' + device.replacedBy">{{ said().entry(device.replacedBy ?? 0) }}</a>
              } @else { – {{ said().deviceNow }} }
            </p>
          </li>
        }
      </ol>
    </section>
  `,
})
export class DeviceLineage {
  readonly ticketId = input.required<string>();
  protected readonly words = words;
  protected readonly said = computed(() => words().history);
  protected readonly time = formatTime;
  protected readonly devices = signal<readonly LineDevice[]>([]);
  protected readonly problem = signal<Problem | null>(null);

  constructor() {
    effect(() => {
      this.ticketId();
      untracked(() => void this.load());
    });
  }

  async load(): Promise<void> {
    const answer = await loadDevices(this.ticketId());
    this.problem.set(answer.ok ? null : answer.problem);
    if (answer.ok) this.devices.set(answer.value.items);
  }
}
