import { Component } from '@angular/core';
import { RouterLink } from '@angular/router';
import { words } from '../words/words.ts';

@Component({
  selector: 'cpe-not-found',
  imports: [RouterLink],
  template: `
    <h1 tabindex="-1">{{ words().shell.pageNotFound }}</h1>
    <p>{{ words().shell.nothingHere }}</p>
    <p><a routerLink="/tickets">{{ words().shell.goToTickets }}</a></p>
  `,
})
export class NotFound {
  protected readonly words = words;
}
