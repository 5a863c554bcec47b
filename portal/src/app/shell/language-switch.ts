import { Component } from '@angular/core';
import { language, languages, useLanguage, words } from '../words/words.ts';
import { ChoiceSwitch } from './choice-switch.ts';

/** The portal's languages, each by its own name. */
@Component({
  selector: 'cpe-language-switch',
  imports: [ChoiceSwitch],
  template: `<cpe-choice-switch [label]="words().shell.language" [choices]="choices" [chosen]="language()" (choose)="use($event)" />`,
})
export class LanguageSwitch {
  protected readonly words = words;
  protected readonly language = language;
  protected readonly use = useLanguage;
  protected readonly choices = languages.map(({ code, name }) => ({
    value: code,
    text: name,
    lang: code,
  }));
}
