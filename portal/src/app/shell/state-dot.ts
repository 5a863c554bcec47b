import { Component, computed } from '@angular/core';
import { words } from '../words/words.ts';
import { connected } from './session.ts';

/** Whether the desk answers, in the top bar. */
@Component({
  selector: 'cpe-state-dot',
  template: `<span class="state-dot" [class.off]="!connected()" [title]="said()"><span class="visually-hidden">{{ said() }}</span></span>`,
})
export class StateDot {
  protected readonly connected = connected;
  protected readonly said = computed(() =>
    connected() ? words().frame.online : words().frame.offline,
  );
}
