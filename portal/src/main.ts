import { bootstrapApplication, Title } from '@angular/platform-browser';
import { provideRouter, withComponentInputBinding, withInMemoryScrolling } from '@angular/router';
import { routes } from './app/routes.ts';
import { CountedTitle } from './app/shell/counted-title.ts';
import { Shell } from './app/shell/shell.ts';
import { startLanguage } from './app/words/words.ts';

/**
 * The frame that index.html has is seen before the scripts keep the browser busy. Nothing is
 * painted in the background.
 */
const firstPaint = (): Promise<void> =>
  document.hidden
    ? Promise.resolve()
    : new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/**
 * No `await` at the top level: the file of a language imports from this one, and would wait for it
 * while it waits for that file.
 */
const start = async (): Promise<void> => {
  await Promise.all([startLanguage(), firstPaint()]);
  await bootstrapApplication(Shell, {
    providers: [
      { provide: Title, useClass: CountedTitle },
      provideRouter(
        routes,
        withComponentInputBinding(),
        withInMemoryScrolling({ anchorScrolling: 'enabled', scrollPositionRestoration: 'enabled' }),
      ),
    ],
  });
};

void start();
