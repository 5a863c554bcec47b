import { Component, computed, type ElementRef, viewChild } from '@angular/core';
import { words } from '../words/words.ts';
import { type Shortcut, shortcuts, singleKeys, useSingleKeys } from './shortcuts.ts';

/** Keys as they are printed on a keyboard. */
const printed = (keys: string): string[] => {
  const isMac = navigator.userAgent.includes('Mac');
  return keys.split(/[ +]/).map((key) => (key === 'Mod' ? (isMac ? '⌘' : 'Ctrl') : key));
};

/** The keys that do something on this page, in a dialog. */
@Component({
  selector: 'cpe-keyboard-help',
  template: `
    <dialog #dialog class="update-dialog" aria-labelledby="keyboard-heading">
      <h2 id="keyboard-heading">{{ words().shell.keyboard }}</h2>
      <table class="table">
        <thead><tr><th scope="col">{{ words().shell.key }}</th><th scope="col">{{ words().shell.does }}</th></tr></thead>
        <tbody>
          @for (row of rows(); track row.does) { <tr><th scope="row" class="keys">@for (key of row.keys; track $index) {<kbd>{{ key }}</kbd> }</th><td>{{ row.does }}</td></tr> }
        </tbody>
      </table>
      <label class="check"><input #box type="checkbox" [checked]="singleKeys()" (change)="useSingleKeys(box.checked)" /> {{ words().frame.singleKeys }}</label>
      <form method="dialog" class="actions"><button class="button">{{ words().shell.close }}</button></form>
    </dialog>
  `,
})
export class KeyboardHelp {
  protected readonly words = words;
  protected readonly singleKeys = singleKeys;
  protected readonly useSingleKeys = useSingleKeys;
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  /** The page's own first, then those that hold everywhere, and what the browser does. */
  protected readonly rows = computed(() => {
    const own = shortcuts().toReversed();
    const newest = own.filter(
      ({ keys }, index) => own.findIndex((each) => each.keys === keys) === index,
    );
    const [pairs, others] = [
      newest.filter(({ keys }) => keys.startsWith('g ')),
      newest.filter(({ keys }) => !keys.startsWith('g ')),
    ];
    const row = ({ keys, does }: Pick<Shortcut, 'keys' | 'does'>) => ({
      keys: printed(keys),
      does: does(),
    });
    const onEscape = { keys: 'Escape', does: () => words().frame.escape };
    return [...others.toReversed(), ...pairs.toReversed(), onEscape].map(row);
  });

  open(): void {
    this.dialog().nativeElement.showModal();
  }
}
