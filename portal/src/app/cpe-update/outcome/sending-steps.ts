import { Component, computed, input } from '@angular/core';
import { Icon } from '../../shell/icon.ts';
import { words } from '../../words/words.ts';

const steps = ['recorded', 'accepted', 'applied'] as const;
type Progress = 'recording' | 'recorded' | 'accepted';

/** How far an update that was sent has come: recorded, accepted by NIG, applied. */
@Component({
  selector: 'cpe-sending-steps',
  imports: [Icon],
  template: `
    <div class="sending" role="status">
      <p>
        <strong>{{ progress() === 'recording' ? words().shell.waitingForDesk : words().shell.askingNig }}</strong>
        <span class="muted" aria-hidden="true">{{ elapsed() }} s</span>
      </p>
      <ol class="steps">
        @for (step of shown(); track step.name) {
          <li [class]="step.state" [attr.aria-current]="step.state === 'now' ? 'step' : null">
            <span class="step-mark" aria-hidden="true">@if (step.state === 'done') { <cpe-icon name="check" /> }</span>
            {{ said().steps[step.name] }}
            @if (step.state === 'done') { <span class="visually-hidden">{{ said().stepDone }}</span> }
          </li>
        }
      </ol>
      @if (mayLeave()) { <p class="muted">{{ said().mayLeave }}</p> }
    </div>
  `,
})
export class SendingSteps {
  readonly progress = input.required<Progress>();
  /** Seconds. */
  readonly elapsed = input.required<number>();
  readonly mayLeave = input.required<boolean>();
  protected readonly words = words;
  protected readonly said = computed(() => words().cpeUpdate);
  protected readonly shown = computed(() => {
    const progress = this.progress();
    const done = progress === 'recording' ? 0 : steps.indexOf(progress) + 1;
    return steps.map((name, index) => ({
      name,
      state: index < done ? 'done' : index === done ? 'now' : 'next',
    }));
  });
}
