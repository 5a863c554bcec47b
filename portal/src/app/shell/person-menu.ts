import { Component, computed, output } from '@angular/core';
import { formatRoles } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { ChoiceSwitch } from './choice-switch.ts';
import { densities, density, useDensity } from './density.ts';
import { LanguageSwitch } from './language-switch.ts';
import { Menu } from './menu.ts';
import { MyDrafts } from './my-drafts.ts';
import { caller } from './session.ts';
import { theme, themes, useTheme } from './theme.ts';

/** Who is signed in, how they like the portal, and the way out. */
@Component({
  selector: 'cpe-person-menu',
  imports: [ChoiceSwitch, LanguageSwitch, Menu, MyDrafts],
  template: `
    <details #menu class="menu person">
      <summary #button class="button quiet">
        <span class="visually-hidden">{{ words().shell.signedInAs }}</span>
        <span class="initials" aria-hidden="true">{{ initials() }}</span>
        <span class="person-name">{{ caller()?.name }}</span>
      </summary>
      <div class="menu-body">
        <p><strong>{{ caller()?.name }}</strong> <span class="muted">{{ roles() }}</span></p>
        <cpe-my-drafts />
        <cpe-language-switch />
        <cpe-choice-switch [label]="words().frame.theme" [choices]="themeChoices()" [chosen]="theme()" (choose)="useTheme($event)" />
        <cpe-choice-switch [label]="words().frame.density" [choices]="densityChoices()" [chosen]="density()" (choose)="useDensity($event)" />
        <button type="button" class="menu-item" (click)="leave(menu, button); help.emit()">{{ words().shell.keyboard }} <kbd>?</kbd></button>
        @if (mayHold()) {
          <button type="button" class="menu-item" (click)="leave(menu, button); hold.emit()">{{ words().shell.hold.open }}</button>
        }
        <button type="button" class="menu-item" (click)="signOut.emit(false)">{{ words().shell.signOut }}</button>
        <button type="button" class="menu-item" (click)="signOut.emit(true)">{{ words().shell.signOutEverywhere }}</button>
      </div>
    </details>
  `,
})
export class PersonMenu {
  readonly signOut = output<boolean>();
  readonly hold = output();
  readonly help = output();
  protected readonly words = words;
  protected readonly caller = caller;
  protected readonly theme = theme;
  protected readonly useTheme = useTheme;
  protected readonly density = density;
  protected readonly useDensity = useDensity;
  protected readonly roles = computed(() => formatRoles(caller()?.roles ?? []));
  protected readonly initials = computed(() =>
    (caller()?.name ?? '')
      .split(/\s+/)
      .slice(0, 2)
      .map((name) => name.charAt(0))
      .join(''),
  );
  protected readonly mayHold = computed(() => caller()?.actions.includes('policy:hold') ?? false);
  protected readonly themeChoices = computed(() =>
    themes.map((value) => ({ value, text: words().frame.themes[value] })),
  );
  protected readonly densityChoices = computed(() =>
    densities.map((value) => ({ value, text: words().frame.densities[value] })),
  );

  /** A dialog gives the focus back to what had it: the menu's own buttons are hidden by then. */
  protected leave(menu: HTMLDetailsElement, button: HTMLElement): void {
    button.focus();
    menu.open = false;
  }
}
