import { Component, computed } from '@angular/core';
import { words } from '../words/words.ts';
import { deskState } from './desk-state.ts';

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
  protected readonly text = computed(() => {
    const incident = deskState()?.incident;
    return incident && words().shell.incident(incident.compared, incident.lines);
  });
}
