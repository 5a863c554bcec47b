import { bootstrapApplication } from '@angular/platform-browser';
import { provideRouter } from '@angular/router';
import { Gallery } from './gallery.ts';

await bootstrapApplication(Gallery, { providers: [provideRouter([])] });
