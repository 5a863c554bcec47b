import { accessTable, actions, roles } from '@cpe-desk/contract';
import { demoTicketsTable } from '../demo/src/data/scenarios.ts';
import { configTable } from '../service/src/config/config-help.ts';

const accessMarkdown = (): string =>
  [
    `| action | ${roles.join(' | ')} | on | to |`,
    `| --- | ${roles.map(() => '---').join(' | ')} | --- | --- |`,
    ...actions.map((action) => {
      const { roles: allowed, scope, description } = accessTable[action];
      const marks = roles.map((role) => (allowed.includes(role) ? 'yes' : ''));
      return `| \`${action}\` | ${marks.join(' | ')} | ${scope.replace('-', ' ')} | ${description} |`;
    }),
  ].join('\n');

/**
 * Parts of documents that are generated from code, between `<!-- name -->` and `<!-- end of name
 * -->`.
 */
export const generatedParts: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'docs/use/demo.md': { 'demo tickets': demoTicketsTable },
  'docs/run/settings.md': { configuration: configTable },
  'docs/explain/security.md': { access: accessMarkdown },
};

/**
 * A document's text with its generated parts up to date. Throws where the document has no place for
 * a part.
 */
export const withGeneratedParts = (document: string, text: string): string =>
  Object.entries(generatedParts[document] ?? {}).reduce((before, [name, write]) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [from, to] = [before.indexOf(begin), before.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${document} has no place for "${name}"`);
    return `${before.slice(0, from + begin.length)}\n\n${write()}\n\n${before.slice(to)}`;
  }, text);
