import { Component } from '@angular/core';
import { signInAddress, signInFailure } from './sign-in-address.ts';

@Component({
  selector: 'cpe-sign-in',
  template: `
    <section class="panel sign-in">
      <h1 tabindex="-1">CPE Desk</h1>
      <p>Correct or refresh the device data of a service line from the ticket that showed it was wrong.</p>
      @if (failure) {
        <p class="notice danger" role="alert">{{ failure }}</p>
      }
      <a class="button primary" [href]="address">Sign in</a>
    </section>
  `,
})
export class SignIn {
  protected readonly address = signInAddress(location.pathname, location.search);
  protected readonly failure = signInFailure(location.search);
}
