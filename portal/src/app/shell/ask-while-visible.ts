import { DestroyRef, inject } from '@angular/core';

const EVERY_MS = 30_000;

/** Asks now, every 30 s and when the window gets the focus, but not for a page that nobody sees. */
export const askWhileVisible = (ask: () => void): void => {
  const askIfVisible = () => {
    if (!document.hidden) ask();
  };
  const timer = setInterval(askIfVisible, EVERY_MS);
  window.addEventListener('focus', askIfVisible);
  inject(DestroyRef).onDestroy(() => {
    clearInterval(timer);
    window.removeEventListener('focus', askIfVisible);
  });
  askIfVisible();
};
