import { Component, computed, input } from '@angular/core';

/** Strokes in a square of 24: the portal uses no icon font and no glyph that a font may lack. */
const strokes = {
  arrow: 'M4 12h16M14 6l6 6-6 6',
  back: 'M20 12H4M10 6l-6 6 6 6',
  check: 'M5 13l4 4L19 7',
  cross: 'M6 6l12 12M18 6L6 18',
  pencil: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  person: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4 21c0-4 4-6 8-6s8 2 8 6',
  lock: 'M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3',
  warning: 'M12 3l10 18H2zM12 10v5M12 18v.01',
} as const;

export type IconName = keyof typeof strokes;

@Component({
  selector: 'cpe-icon',
  template: `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path [attr.d]="strokes()" /></svg>`,
})
export class Icon {
  readonly name = input.required<IconName>();
  protected readonly strokes = computed(() => strokes[this.name()]);
}
