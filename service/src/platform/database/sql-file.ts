import { readFileSync } from 'node:fs';
import type pg from 'pg';
import type { Statement } from './database.ts';

/*
 * A .sql file holds the statements of its folder, each under a header of comments:
 *
 *   -- name: write-verdict
 *   -- params: repair_id, verdict: RepairVerdict, detail?
 *   -- columns: is_alone!
 *   -- What the statement does.
 *   update repair_line set verdict = :verdict, detail = :detail where repair_id = :repair_id;
 *
 * `params` gives the order in which a caller passes the values; `?` accepts null. `columns` says
 * what PostgreSQL does not: `!` never null, `?` null by an outer join, a narrower type. `npm run
 * sql-types` checks both and writes the types.
 */

/** A parameter or a column of a header. */
export type Annotation = { name: string; mark: '' | '?' | '!'; type: string | undefined };

export type SqlStatement = {
  name: string;
  doc: string[];
  params: Annotation[];
  columns: Annotation[];
  /** With $1 … for the parameters. */
  text: string;
};

/** Both sides of the type-check: `Type` is one of the values that PostgreSQL's type allows. */
export type Narrow<Base, Type extends Base> = Type;

const PLACEHOLDER = /(?<![:\w]):([a-z]\w*)/g;
const ITEM = /^(\w+)([?!]?)(?:: (.+))?$/;

const annotationsOf = (list: string): Annotation[] =>
  list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => {
      const [, name, mark = '', type] = ITEM.exec(item) ?? [];
      if (name === undefined || (mark !== '' && mark !== '?' && mark !== '!'))
        throw new Error(`"${item}" is no parameter or column`);
      return { name, mark, type };
    });

/** The header's lists, each joined from its line and the lines after it that are indented. */
const headerOf = (lines: readonly string[]) => {
  const header = { params: '', columns: '', doc: [] as string[] };
  let list: 'params' | 'columns' | undefined;
  for (const line of lines) {
    const [, key, rest] = /^-- (params|columns): (.*)$/.exec(line) ?? [];
    if (key === 'params' || key === 'columns') list = key;
    else if (!line.startsWith('--   ')) list = undefined;
    if (list) header[list] += rest ?? line.slice(2);
    else header.doc.push(line.slice(2).trim());
  }
  return header;
};

const parseStatement = (section: string): SqlStatement => {
  const [name = '', ...lines] = section.trim().split('\n');
  const start = lines.findIndex((line) => !line.startsWith('--'));
  const { params: list, columns, doc } = headerOf(lines.slice(0, start));
  const params = annotationsOf(list);
  const body = lines.slice(start).join('\n').replace(/;\s*$/, '');
  const text = body.replaceAll(PLACEHOLDER, (_, param: string) => {
    const index = params.findIndex((each) => each.name === param);
    if (index === -1) throw new Error(`${name}: :${param} is not among its params`);
    return `$${index + 1}`;
  });
  return { name, doc, params, columns: annotationsOf(columns), text };
};

/** The statements of a .sql file. What is before the first name is a comment on the file. */
export const parseSqlFile = (source: string): SqlStatement[] =>
  source
    .replaceAll('\r\n', '\n')
    .split(/^-- name: /m)
    .slice(1)
    .map(parseStatement);

/** Reads the .sql file beside the file of its types; answers how to get each statement. */
export const sqlFile = (typesFile: string) => {
  const file = typesFile.replace(/\.ts$/, '');
  const texts = new Map(
    parseSqlFile(readFileSync(file, 'utf8')).map(({ name, text }) => [name, text]),
  );
  return <Row extends pg.QueryResultRow, Params extends readonly unknown[]>(
    name: string,
  ): Statement<Row, Params> => ({
    name,
    // Read late: sql-types itself runs statements, also while their types are out of date.
    get text() {
      const text = texts.get(name);
      if (text === undefined) throw new Error(`${file} has no statement "${name}"`);
      return text;
    },
  });
};
