import { english } from '../english/english.ts';
import type { Words } from '../words.ts';

export const malay: Words = english;
