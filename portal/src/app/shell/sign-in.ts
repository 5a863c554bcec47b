import { Component, computed } from '@angular/core';
import { words } from '../words/words.ts';
import { LanguageSwitch } from './language-switch.ts';
import { signInAddress, signInFailure } from './sign-in-address.ts';

@Component({
  selector: 'cpe-sign-in',
  imports: [LanguageSwitch],
  template: `
    <section class="panel sign-in">
      <h1 tabindex="-1">{{ isWithoutRole ? words().shell.noRole : words().shell.product }}</h1>
      <p>{{ words().shell.signInPurpose }}</p>
      @if (failure(); as failure) {
        <p class="notice danger" role="alert">{{ failure }}</p>
      }
      <a class="button primary" [href]="address">{{ isWithoutRole ? words().shell.signInAsAnother : words().shell.signIn }}</a>
      <cpe-language-switch />
    </section>
  `,
})
export class SignIn {
  protected readonly words = words;
  protected readonly isWithoutRole = signInFailure(location.search) === 'no-role';
  protected readonly address = signInAddress(
    location.pathname,
    location.search,
    this.isWithoutRole,
  );
  protected readonly failure = computed(() => {
    const code = signInFailure(location.search);
    return code && words().shell.signInFailure[code];
  });
}
