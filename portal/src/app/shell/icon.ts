import { Component, computed, input } from '@angular/core';

/** Strokes in a square of 24: the portal uses no icon font and no glyph that a font may lack. */
const strokes = {
  arrow: 'M4 12h16M14 6l6 6-6 6',
  back: 'M20 12H4M10 6l-6 6 6 6',
  bell: 'M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4',
  bulk: 'M4 7h10M4 12h10M4 17h6M16 15l2 2 4-4',
  chart: 'M4 4v16h16M8 16v-5M13 16V8M18 16v-3',
  check: 'M5 13l4 4L19 7',
  columns: 'M4 5h16v14H4zM10 5v14M15 5v14',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  cross: 'M6 6l12 12M18 6L6 18',
  difference: 'M7 4v12M4 7l3-3 3 3M17 20V8M14 17l3 3 3-3',
  down: 'M6 9l6 6 6-6',
  filter: 'M4 6h16M7 12h10M10 18h4',
  fold: 'M4 5h16v14H4zM9 5v14M16 10l-2 2 2 2',
  history: 'M4 12a8 8 0 1 0 3-6.2M4 4v4h4M12 8v5l3 2',
  key: 'M14 10a4 4 0 1 1-4-4 4 4 0 0 1 4 4zM13 12l7 7M17 16l-2 2',
  list: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  lock: 'M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  pencil: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  person: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4 21c0-4 4-6 8-6s8 2 8 6',
  scan: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 8v8M12 8v8M16 8v8',
  search: 'M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM16 16l5 5',
  shield: 'M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6z',
  ticket: 'M4 7h16v3a2 2 0 0 0 0 4v3H4v-3a2 2 0 0 0 0-4zM14 7v10',
  up: 'M6 15l6-6 6 6',
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
