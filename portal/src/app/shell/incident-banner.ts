import { Component, computed, signal } from '@angular/core';
import type { IncidentView } from '@cpe-desk/contract';
import { words } from '../words/words.ts';
import { askWhileVisible } from './ask-while-visible.ts';
import { loadIncident } from './incident-client.ts';

/**
 * Says on every page that the database may have lost updates, as long as lines are compared for it.
 */
@Component({
  selector: 'cpe-incident-banner',
  template: `
    <div role="status">
      @if (text(); as text) { <p class="banner warning">{{ text }}</p> }
    </div>
  `,
})
export class IncidentBanner {
  readonly #incident = signal<IncidentView['incident']>(null);
  protected readonly text = computed(() => {
    const incident = this.#incident();
    return incident && words().shell.incident(incident.compared, incident.lines);
  });

  constructor() {
    askWhileVisible(() => void this.#load());
  }

  async #load(): Promise<void> {
    const answer = await loadIncident();
    // Until the next answer, what was said last stays.
    if (answer.ok) this.#incident.set(answer.value.incident);
  }
}
