import { Directive, ElementRef, inject } from '@angular/core';

/** A native disclosure that closes like a menu: with Escape, and when somebody clicks elsewhere. */
@Directive({
  selector: 'details.menu',
  host: { '(keydown.escape)': 'close($event)', '(document:click)': 'closeOutside($event.target)' },
})
export class Menu {
  readonly #element: ElementRef<HTMLDetailsElement> = inject(ElementRef);

  protected close(event: Event): void {
    const menu = this.#element.nativeElement;
    if (!menu.open) return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector('summary')?.focus();
  }

  protected closeOutside(target: EventTarget | null): void {
    const menu = this.#element.nativeElement;
    if (menu.open && target instanceof Node && !menu.contains(target) && target.isConnected)
      menu.open = false;
  }
}
