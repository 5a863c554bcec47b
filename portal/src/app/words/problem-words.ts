import type { Finding } from '@cpe-desk/contract';
import type { Words } from './english/english.ts';
import { words } from './words.ts';

/** What is at a key of a table that may lack it. */
const at = <Value>(
  table: Readonly<Record<string, Value>> | null,
  key: string,
): Value | undefined => (table && Object.hasOwn(table, key) ? table[key] : undefined);

type Said = { title: string; detail: string };

const own = ({ shell }: Words): Readonly<Record<string, Said>> => ({
  unauthenticated: shell.notSignedIn,
  'no-connection': shell.noConnection,
  'no-answer': shell.noAnswer,
  'unexpected-answer': shell.unexpectedAnswer,
});

/** A problem in the reader's language; the service's own words where there are no others. */
export const problemWords = ({ code, title, detail }: Said & { code: string }): Said => {
  const said = at(own(words()), code) ?? at(words().shell.problems, code);
  return said ? { title: said.title, detail: said.detail || detail } : { title, detail };
};

/** A broken rule or a warning in the reader's language. */
export const findingWords = ({ code, detail }: Pick<Finding, 'code' | 'detail'>): string =>
  at(words().findings, code) ?? detail;
