import { Component } from '@angular/core';
import { language, languages, useLanguage, words } from '../words/words.ts';

/** The portal's languages, each by its own name. */
@Component({
  selector: 'cpe-language-switch',
  template: `
    <div class="language" role="group" [attr.aria-label]="words().shell.language">
      @for (each of languages; track each.code) {
        <button type="button" class="count" [attr.lang]="each.code" [attr.aria-pressed]="each.code === language()" (click)="use(each.code)">{{ each.name }}</button>
      }
    </div>
  `,
})
export class LanguageSwitch {
  protected readonly words = words;
  protected readonly language = language;
  protected readonly languages = languages;
  protected readonly use = useLanguage;
}
