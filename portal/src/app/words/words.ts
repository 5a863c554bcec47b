import { computed, signal } from '@angular/core';
import * as z from 'zod';
import { keptForGood } from '../storage/kept.ts';
import { english, type Words } from './english/english.ts';

/** The languages of the portal, each by its own name (BCP 47 tags). */
export const languages = [
  { code: 'en', name: 'English' },
  { code: 'ms', name: 'Bahasa Melayu' },
] as const;
export type Language = (typeof languages)[number]['code'];

const KEPT = 'language';
const languageSchema = z.enum(languages.map(({ code }) => code));

const chosen = signal<{ language: Language; words: Words }>({ language: 'en', words: english });

/** The texts in the language that is chosen. Whatever reads them follows a switch. */
export const words = computed(() => chosen().words);
export const language = computed(() => chosen().language);

/** English is part of the page, any other language a file of its own. */
const load = async (wanted: Language): Promise<Words> =>
  wanted === 'en' ? english : (await import('./malay/malay.ts')).malay;

/** Switches the portal to a language, at once and for the next visits. */
export const useLanguage = async (wanted: Language): Promise<void> => {
  chosen.set({ language: wanted, words: await load(wanted) });
  document.documentElement.lang = wanted;
  keptForGood.keep(KEPT, wanted);
};

/** The language of the last visit, else the browser's if the portal has it. */
export const startLanguage = async (): Promise<void> => {
  const wanted =
    keptForGood.read(KEPT, languageSchema) ??
    languageSchema.safeParse(navigator.language.split('-')[0]).data ??
    'en';
  if (wanted !== 'en') await useLanguage(wanted).catch(() => undefined); // without the file: English
};
