import { Component } from '@angular/core';
import { RouterLink } from '@angular/router';

@Component({
  selector: 'cpe-not-found',
  imports: [RouterLink],
  template: `
    <h1 tabindex="-1">Page not found</h1>
    <p>There is nothing at this address.</p>
    <p><a routerLink="/tickets">Go to the tickets</a></p>
  `,
})
export class NotFound {}
