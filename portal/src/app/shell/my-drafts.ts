import { Component, computed } from '@angular/core';
import { RouterLink } from '@angular/router';
import { keptDrafts } from '../storage/drafts.ts';
import { formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { caller } from './session.ts';

/** The drafts that this person has in this tab, each with its ticket. */
@Component({
  selector: 'cpe-my-drafts',
  imports: [RouterLink],
  template: `
    @if (drafts().length > 0) {
      <nav class="my-drafts" [attr.aria-label]="words().shell.myDrafts">
        <p class="muted">{{ words().shell.myDrafts }}</p>
        <ul>
          @for (draft of drafts(); track draft.ticketId) {
            <li><a [routerLink]="['/tickets', draft.ticketId]">{{ draft.ticketNo }}</a> <time class="muted" [attr.datetime]="draft.at">{{ time(draft.at) }}</time></li>
          }
        </ul>
      </nav>
    }
  `,
})
export class MyDrafts {
  protected readonly words = words;
  protected readonly time = formatTime;
  protected readonly drafts = computed(() =>
    keptDrafts().filter(({ callerId }) => callerId === caller()?.id),
  );
}
