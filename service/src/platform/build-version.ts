import { readFileSync } from 'node:fs';

/** The version of this build, from the root's package.json. */
export const buildVersion = (): string => {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
};
