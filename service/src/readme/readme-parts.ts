import { configTable } from '../config.ts';
import { demoTicketsTable } from '../demo/demo-tickets-table.ts';

/** The parts of README.md that follow from code; each stands between `<!-- name -->` and `<!-- end of name -->`. */
const parts: Readonly<Record<string, () => string>> = {
  'demo tickets': demoTicketsTable,
  configuration: configTable,
};

/** README's text with its written parts as they should be. Throws for a part that has no place in it. */
export const withWrittenParts = (readme: string): string =>
  Object.entries(parts).reduce((text, [name, write]) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`README.md has no place for "${name}"`);
    return `${text.slice(0, from + begin.length)}\n\n${write()}\n\n${text.slice(to)}`;
  }, readme);
