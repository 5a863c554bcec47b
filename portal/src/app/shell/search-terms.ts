import { classifySearch } from '@cpe-desk/contract';
import { words } from '../words/words.ts';

/** What a searched text names, in words: `Serial number HWTC1A2B3C4D`. Empty for a plain text. */
export const searchTerms = (text: string): string =>
  classifySearch(text)
    .map(({ kind, value }) => `${words().tickets.searchTerms[kind]} ${value}`)
    .join(', ');
