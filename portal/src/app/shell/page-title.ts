import { effect, inject } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { pageTitle } from '../words/formats.ts';

/** Names the browser's tab after what a page shows, also when that changes. Null: as it is. */
export const usePageTitle = (say: () => string | null): void => {
  const title = inject(Title);
  effect(() => {
    const said = say();
    if (said !== null) title.setTitle(pageTitle(said));
  });
};
