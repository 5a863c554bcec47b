import { bootstrapApplication } from '@angular/platform-browser';
import { provideRouter, withComponentInputBinding, withInMemoryScrolling } from '@angular/router';
import { routes } from './app/routes.ts';
import { Shell } from './app/shell/shell.ts';
import { startLanguage } from './app/words/words.ts';

await startLanguage();
await bootstrapApplication(Shell, {
  providers: [
    provideRouter(
      routes,
      withComponentInputBinding(),
      withInMemoryScrolling({ anchorScrolling: 'enabled', scrollPositionRestoration: 'enabled' }),
    ),
  ],
});
