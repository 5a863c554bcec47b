import { DestroyRef, inject, type Signal, signal } from '@angular/core';

/** A phone, or a page that is shown much larger. styles/shell.css has the same width. */
export const PHONE = '(max-width: 600px)';

/** Whether a media query holds, as long as the component that asks for it lives. */
export const mediaSignal = (query: string): Signal<boolean> => {
  const list = matchMedia(query);
  const matches = signal(list.matches);
  const follow = () => matches.set(list.matches);
  list.addEventListener('change', follow);
  inject(DestroyRef).onDestroy(() => list.removeEventListener('change', follow));
  return matches.asReadonly();
};
