import type { Annotation, SqlStatement } from '../service/src/platform/database/sql-file.ts';
import type { Column, Description } from './sql-describe.ts';
import type { Domain } from './sql-domains.ts';

/** A statement with what PostgreSQL says of it. */
export type Described = SqlStatement & { description: Description };

export type TypesOptions = {
  /** The file's path from the folder of the .sql file to the folder of sql-file.ts. */
  database: string;
  file: string;
  domains: Readonly<Record<string, Domain>>;
};

/** PostgreSQL types as node-postgres takes them, and as it answers them with the desk's parsers. */
const TYPES: Readonly<Record<string, { given: string; answered?: string }>> = {
  bool: { given: 'boolean', answered: 'boolean' },
  date: { given: 'string' },
  float8: { given: 'number', answered: 'number' },
  int2: { given: 'number', answered: 'number' },
  int4: { given: 'number', answered: 'number' },
  int8: { given: 'number', answered: 'number' },
  json: { given: 'string', answered: 'unknown' },
  jsonb: { given: 'string', answered: 'unknown' },
  pg_lsn: { given: 'string', answered: 'string' },
  text: { given: 'string', answered: 'string' },
  timestamptz: { given: 'Date | string', answered: 'Date' },
  uuid: { given: 'string', answered: 'string' },
  void: { given: 'string', answered: 'string' },
};

/** A fault of a statement, to be shown with its name. */
class Fault extends Error {}

const typeOf = (name: string, use: 'given' | 'answered'): string => {
  const type = TYPES[name.replace('[]', '')]?.[use];
  if (type === undefined) throw new Fault(`type ${name} has none in TypeScript: cast it`);
  if (!name.endsWith('[]')) return type;
  return use === 'given' ? `readonly (${type})[]`.replace(/\((\w+)\)/, '$1') : `${type}[]`;
};

/** The type of a parameter: an array has no nulls unless its annotation says so. */
const givenType = (name: string, type: string | undefined): string => {
  const base = typeOf(name, 'given');
  if (!type || !name.endsWith('[]')) return narrowed(base, type);
  const ofElements = type.includes('null')
    ? base.replace(/readonly (\w+)\[/, 'readonly ($1 | null)[')
    : base;
  return narrowed(ofElements, `readonly ${type}`);
};

/** The annotated type, if any. The compiler proves that it is narrower than the base. */
const narrowed = (base: string, type: string | undefined): string =>
  type === undefined ? base : `Narrow<${base}, ${type}>`;

const camelCase = (name: string): string =>
  name.replaceAll(/[-_]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Where a column of a table that is never null may be null all the same. */
const OUTER_JOIN = /\b(?:left|right|full)(?: outer)? join\b/i;

const isNullable = (
  { isNotNull, name }: Column,
  mark: Annotation['mark'],
  hasOuterJoin: boolean,
) => {
  if (!isNotNull) {
    if (mark === '?') throw new Fault(`column ${name} may be null anyway: drop its ?`);
    return mark !== '!';
  }
  if (hasOuterJoin && mark === '')
    throw new Fault(`column ${name} needs ? or !: the statement has an outer join`);
  if (!hasOuterJoin && mark !== '')
    throw new Fault(`column ${name} is not null in its table: drop its ${mark}`);
  return mark === '?';
};

const member = (
  column: Column,
  at: Annotation | undefined,
  hasOuterJoin: boolean,
  domain?: Domain,
) => {
  const base = typeOf(column.type, 'answered');
  if (at?.type !== undefined && at.type === domain?.type)
    throw new Fault(`column ${column.name} has this type anyway: drop it`);
  const type = narrowed(base, at?.type ?? domain?.type);
  const isNull = isNullable(column, at?.mark ?? '', hasOuterJoin) && base !== 'unknown';
  return `  ${column.name}: ${type}${isNull ? ' | null' : ''};`;
};

const rowOf = ({ columns, description, text }: Described, { domains }: TypesOptions): string[] => {
  const names = new Set(description.columns.map(({ name }) => name));
  const unknown = columns.find(({ name }) => !names.has(name));
  if (unknown) throw new Fault(`there is no column ${unknown.name}`);
  if (names.size !== description.columns.length) throw new Fault('two columns have one name');
  const hasOuterJoin = OUTER_JOIN.test(text);
  return description.columns.map((column) => {
    const at = columns.find(({ name }) => name === column.name);
    return member(column, at, hasOuterJoin, domains[`${column.table}.${column.name}`]);
  });
};

const paramsOf = ({ params, description }: Described): string => {
  if (params.length !== description.params.length)
    throw new Fault(`has ${description.params.length} parameters, and ${params.length} are named`);
  const typed = params.map(({ name, mark, type }, index) => {
    if (mark === '!') throw new Fault(`parameter ${name}: only columns have !`);
    const given = givenType(description.params[index] ?? '', type);
    return `${camelCase(name)}: ${given}${mark === '?' ? ' | null' : ''}`;
  });
  return typed.length > 0 ? `[\n  ${typed.join(',\n  ')},\n]` : '[]';
};

const statementText = (each: Described, options: TypesOptions): string => {
  const constant = camelCase(each.name);
  const rowType = `${constant.replace(/^./, (letter) => letter.toUpperCase())}Row`;
  const members = rowOf(each, options);
  const row = members.length > 0 ? [`export type ${rowType} = {`, ...members, '};'] : [];
  const doc = each.doc.length > 0 ? ['/**', ...each.doc.map((line) => ` * ${line}`), ' */'] : [];
  const types = `${members.length > 0 ? rowType : 'never'}, ${paramsOf(each)}`;
  const value = `export const ${constant} = statement<${types}>('${each.name}');`;
  return [...row, ...doc, value].join('\n');
};

const IMPORTED = /\b[A-Z]\w*\b/g;
const OWN = new Set(['Date', 'Narrow']);

/** Names of contract's types in the types of the statements. */
const importedBy = (statements: readonly Described[], { domains }: TypesOptions): string[] => {
  const types = statements.flatMap(({ params, columns, description }) => [
    ...[...params, ...columns].map(({ type }) => type ?? ''),
    ...description.columns.map(({ table, name }) => domains[`${table}.${name}`]?.type ?? ''),
  ]);
  const names = types.flatMap((type) => type.replaceAll(/'[^']*'/g, '').match(IMPORTED) ?? []);
  return [...new Set(names)].filter((name) => !OWN.has(name)).sort();
};

/** The TypeScript file of a .sql file, and what is wrong in that. */
export const typesText = (
  statements: readonly Described[],
  options: TypesOptions,
): { text: string; faults: string[] } => {
  const faults: string[] = [];
  const texts = statements.map((each) => {
    try {
      return statementText(each, options);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.push(`${each.name}: ${error.message}`);
      return '';
    }
  });
  const body = texts.join('\n\n');
  const contract = importedBy(statements, options);
  const narrow = body.includes('Narrow<') ? 'type Narrow, ' : '';
  const head = [
    `// Written by npm run sql-types from ${options.file}; do not edit.`,
    ...(contract.length > 0
      ? [`import type { ${contract.join(', ')} } from '@cpe-desk/contract';`]
      : []),
    `import { ${narrow}sqlFile } from '${options.database}/sql-file.ts';`,
    '\nconst statement = sqlFile(import.meta.filename);',
  ];
  return { text: `${head.join('\n')}\n\n${body}\n`, faults };
};
