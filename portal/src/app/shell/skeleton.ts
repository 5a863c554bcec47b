import { Component, computed, input } from '@angular/core';

/** Stands where text will be while it is loaded, as high as that will be. */
@Component({
  selector: 'cpe-skeleton',
  template: `
    <p class="visually-hidden" aria-busy="true">{{ label() }}</p>
    <div class="skeleton" aria-hidden="true">
      @for (line of each(); track line) { <span></span> }
    </div>
  `,
})
export class Skeleton {
  /** What is loaded, for those who do not see it. */
  readonly label = input.required<string>();
  readonly lines = input(6);
  protected readonly each = computed(() =>
    Array.from({ length: this.lines() }, (_, index) => index),
  );
}
