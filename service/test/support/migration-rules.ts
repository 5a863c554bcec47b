import { NO_TRANSACTION, OLDEST_WRITER } from '../../src/platform/schema/migration-file.ts';

/** SQL that blocks running desks, rewrites a table, or removes what the previous release needs. */
type Pitfall = {
  pattern: RegExp;
  why: string;
  isAllowed?: (file: Facts, match: RegExpExecArray) => boolean;
};

type Facts = {
  /** Tables that the file creates: nobody else uses them. */
  created: ReadonlySet<string | undefined>;
  isContract: boolean;
  hasTransaction: boolean;
};

/** Tables with few rows: work on all rows is short. */
const SMALL = new Set([
  'schema_guard',
  'instance',
  'drift',
  'history_lease',
  'update_summary_until',
]);

const ofOwnTable: Pitfall['isAllowed'] = ({ created }, match) => created.has(match.groups?.table);
const ofSmallTable: Pitfall['isAllowed'] = (facts, match) =>
  SMALL.has(match.groups?.table ?? '') || facts.created.has(match.groups?.table);
const inContract: Pitfall['isAllowed'] = ({ isContract }) => isContract;
const ALTER = String.raw`alter table (?:if exists )?(?:only )?(?<table>\w+)[^;]*?\b`;

const PITFALLS: readonly Pitfall[] = [
  {
    pattern:
      /create (?:unique )?index (?!concurrently)(?:if not exists )?\w+ on (?:only )?(?<table>\w+)/g,
    why: 'keeps writers out while the index is built: use "create index concurrently" in a file of its own',
    isAllowed: ofSmallTable,
  },
  {
    pattern: /\b(?:create (?:unique )?|drop |re)index concurrently/g,
    why: 'cannot run in a transaction: declare "-- no-transaction"',
    isAllowed: ({ hasTransaction }) => !hasTransaction,
  },
  {
    pattern: /drop index (?!concurrently)/g,
    why: 'takes the table from everybody: drop it concurrently',
  },
  {
    pattern: new RegExp(`${ALTER}alter (?:column )?\\w+ (?:set data )?type\\b`, 'g'),
    why: 'rewrites the table: add a column and migrate the values',
    isAllowed: ofOwnTable,
  },
  {
    pattern: new RegExp(
      `${ALTER}add column[^;]*?default[^;,]*(?:clock_timestamp|random|gen_random_uuid|uuidv7|nextval)\\(`,
      'g',
    ),
    why: 'rewrites the table: a default that differs by row comes in a step of its own',
    isAllowed: ofSmallTable,
  },
  {
    pattern: new RegExp(`${ALTER}add column[^;]*?\\b(?:stored|identity|(?:big)?serial)\\b`, 'g'),
    why: 'rewrites the table',
    isAllowed: ofSmallTable,
  },
  {
    pattern: new RegExp(
      `${ALTER}add column (?:if not exists )?\\w+ \\w+(?![^,;]*default)[^,;]*not null`,
      'g',
    ),
    why: 'the previous release does not fill the column: give it a default',
    isAllowed: ofOwnTable,
  },
  {
    pattern: new RegExp(`${ALTER}set not null`, 'g'),
    why: 'reads the whole table under a lock: add a check "not valid" and validate it',
    isAllowed: ofSmallTable,
  },
  {
    pattern: new RegExp(
      `${ALTER}add (?:constraint \\w+ )?(?:check|foreign key)\\b(?![^;]*not valid)`,
      'g',
    ),
    why: 'reads the whole table under a lock: add it "not valid" and validate it in a later file',
    isAllowed: ofSmallTable,
  },
  {
    pattern: new RegExp(
      `${ALTER}add (?:constraint \\w+ )?(?:unique|primary key|exclude)\\b(?! using index)`,
      'g',
    ),
    why: 'builds an index under a lock: build it concurrently and add the constraint "using index"',
    isAllowed: ofOwnTable,
  },
  {
    pattern: new RegExp(`${ALTER}(?:rename\\b|drop (?!constraint|default|not null))`, 'g'),
    why: 'the previous release needs it: contract in a later release, with "-- oldest-writer: NNNN"',
    isAllowed: inContract,
  },
  {
    pattern: /\bdrop (?:table|view|function|trigger|type|schema)\b/g,
    why: 'the previous release needs it: contract in a later release, with "-- oldest-writer: NNNN"',
    isAllowed: inContract,
  },
  {
    pattern: /^\s*(?:update|delete from) (?:only )?(?<table>\w+)/gm,
    why: 'changes rows of a table that may be large under one lock: migrate them in the background',
    isAllowed: ofSmallTable,
  },
  {
    pattern: /\b(?:lock table|cluster|vacuum full|truncate)\s+(?:table )?(?<table>\w+)/g,
    why: 'takes the table from everybody',
    isAllowed: ofOwnTable,
  },
];

/** The SQL that runs with the file, without comments and bodies of functions. */
const plain = (sql: string): string =>
  sql
    .replaceAll(/--.*$/gm, '')
    .replaceAll(/\$(\w*)\$.*?\$\1\$/gs, "''")
    .replaceAll(/\bcreate (?:or replace )?(?:constraint )?trigger\b[^;]*;/gi, ';')
    .toLowerCase();

/** The parts of a migration that running desks of this or the previous release do not survive. */
export const migrationFaults = (sql: string): string[] => {
  const text = plain(sql);
  const facts: Facts = {
    created: new Set(
      [...text.matchAll(/create (?:unlogged )?table (?:if not exists )?(\w+)/g)].map(([, t]) => t),
    ),
    isContract: OLDEST_WRITER.test(sql),
    hasTransaction: !NO_TRANSACTION.test(sql),
  };
  return PITFALLS.flatMap(({ pattern, why, isAllowed }) =>
    [...text.matchAll(pattern)]
      .filter((match) => !isAllowed?.(facts, match))
      .map(([found]) => `"${found.trim().replaceAll(/\s+/g, ' ')}" ${why}`),
  );
};
