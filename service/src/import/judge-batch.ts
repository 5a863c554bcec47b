import { normaliseCpe } from '@cpe-desk/contract';
import { claimsOf } from '../line/claims.ts';
import { inTransaction, type Pool, run, type Transaction } from '../platform/database/database.ts';
import { importForceIndexScans } from './import.sql.ts';
import type { NewClaim, NewRecords } from './insert-records.ts';
import {
  importSelectCpesOfOthers,
  importSelectElementKinds,
  importSelectKnownLines,
  importSelectKnownTickets,
  importSelectTakenClaims,
  importSelectTicketNumbersOfOthers,
} from './judge.sql.ts';
import type { NumberedRecord, ServiceLineRecord, TicketRecord } from './parse-line.ts';

/** Records, and the keys that only one record may have: ids, ticket numbers, claims. */
export type Keyed = { batch: NumberedRecord[]; keys: ReadonlySet<string> };

/** A batch, classified before it is written. */
export type Judged = {
  all: Keyed;
  /**
   * Records that may be bad. Written apart, they do not make the others be written twice. The write
   * shows whether they are bad.
   */
  doubtful: Keyed;
  /**
   * The other records, if all are new service lines and tickets and the doubtful records can be
   * written later.
   */
  fresh?: NewRecords;
};

/** `keys`: of one record. `lacks`: it refers to a missing record. */
type Facts = { number: number; keys: string[]; lacks: boolean };
/** `taken`: keys that other records have. */
type Found = { facts: Facts[]; anyKnown: boolean; taken: ReadonlySet<string> };
type Numbered<Record> = { number: number; record: Record };

/**
 * Classifies a batch before it is written. It may be wrong sometimes: the write decides what
 * happens to a record.
 */
export const judgeBatch = (db: Pool, batch: NumberedRecord[]): Promise<Judged> =>
  inTransaction(db, async (tx) => {
    await run(tx, importForceIndexScans, []);
    const lines = batch.flatMap(({ number, record }) =>
      record.type === 'serviceLine' ? [{ number, record }] : [],
    );
    const tickets = batch.flatMap(({ number, record }) =>
      record.type === 'ticket' ? [{ number, record }] : [],
    );
    const claims =
      lines.length > 0 ? await claimsOfLines(tx, batch, lines) : new Map<number, NewClaim[]>();
    const found = [
      ...(lines.length > 0 ? [await judgeLines(tx, lines, claims)] : []),
      ...(tickets.length > 0 ? [await judgeTickets(tx, tickets, lines)] : []),
    ];
    const { keys, doubtful, doubtfulKeys } = findDoubtful(found);
    const judged = {
      all: { batch, keys },
      doubtful: { batch: batch.filter(({ number }) => doubtful.has(number)), keys: doubtfulKeys },
    };
    // With several types, a record that is not doubtful may refer to a doubtful one.
    const canWait = doubtful.size === 0 || found.length === 1;
    const hasOthers = lines.length + tickets.length < batch.length;
    if (hasOthers || !canWait || found.some(({ anyKnown }) => anyKnown)) return judged;
    const certain = <Kind>(records: readonly Numbered<Kind>[]) =>
      records.filter(({ number }) => !doubtful.has(number)).map(({ record }) => record);
    const certainClaims = [...claims].flatMap(([number, claimed]) =>
      doubtful.has(number) ? [] : claimed,
    );
    return {
      ...judged,
      fresh: { lines: certain(lines), tickets: certain(tickets), claims: certainClaims },
    };
  });

/**
 * Returns all keys, and the doubtful records: those that lack something, or share a key with an
 * earlier record.
 */
const findDoubtful = (found: readonly Found[]) => {
  const keys = new Set<string>();
  const doubtful = new Set<number>();
  const doubtfulKeys = new Set<string>();
  for (const { facts, taken } of found)
    for (const fact of facts) {
      const isDoubtful = fact.lacks || fact.keys.some((key) => keys.has(key) || taken.has(key));
      if (isDoubtful) doubtful.add(fact.number);
      for (const key of fact.keys) {
        keys.add(key);
        if (isDoubtful) doubtfulKeys.add(key);
      }
    }
  return { keys, doubtful, doubtfulKeys };
};

const claimKey = ({ kind, value }: { kind: string; value: string }): string => `${kind} ${value}`;

/** The claims of each line's CPE, by line number. None for a line whose path is unknown. */
const claimsOfLines = async (
  tx: Transaction,
  batch: readonly NumberedRecord[],
  lines: readonly Numbered<ServiceLineRecord>[],
): Promise<Map<number, NewClaim[]>> => {
  const ids = new Set(lines.flatMap(({ record }) => record.path));
  const kinds = new Map(
    (await run(tx, importSelectElementKinds, [[...ids]])).map(({ id, kind }) => [id, kind]),
  );
  for (const { record } of batch)
    if (record.type === 'networkElement') kinds.set(record.id, record.kind);
  const claims = new Map<number, NewClaim[]>();
  for (const { number, record } of lines) {
    const { id, path, cpe } = record;
    if (!path.every((element) => kinds.has(element))) continue;
    const olt = path.find((element) => kinds.get(element) === 'OLT') ?? null;
    const claimed = cpe ? claimsOf(normaliseCpe(cpe), olt) : [];
    claims.set(
      number,
      claimed.map(({ kind, value }) => ({ kind, value, service_line_id: id })),
    );
  }
  return claims;
};

const judgeLines = async (
  tx: Transaction,
  lines: readonly Numbered<ServiceLineRecord>[],
  claims: ReadonlyMap<number, NewClaim[]>,
): Promise<Found> => {
  const known = await run(tx, importSelectKnownLines, [lines.map(({ record }) => record.id)]);
  const wanted = [...claims.values()].flat();
  const held = await run(tx, importSelectTakenClaims, [
    wanted.map(({ kind }) => kind),
    wanted.map(({ value }) => value),
    wanted.map(({ service_line_id }) => service_line_id),
  ]);
  const cpes = lines.flatMap(({ record: { id, cpe } }) => (cpe ? [{ line: id, cpe: cpe.id }] : []));
  const used = await run(tx, importSelectCpesOfOthers, [
    cpes.map(({ line }) => line),
    cpes.map(({ cpe }) => cpe),
  ]);
  const facts = lines.map(({ number, record: { id, cpe } }) => ({
    number,
    keys: [
      `line ${id}`,
      ...(cpe ? [`cpe ${cpe.id}`] : []),
      ...(claims.get(number) ?? []).map(claimKey),
    ],
    lacks: !claims.has(number),
  }));
  const taken = new Set([...held.map(claimKey), ...used.map(({ id }) => `cpe ${id}`)]);
  return { facts, anyKnown: known.length > 0, taken };
};

const judgeTickets = async (
  tx: Transaction,
  tickets: readonly Numbered<TicketRecord>[],
  lines: readonly Numbered<ServiceLineRecord>[],
): Promise<Found> => {
  const column = (of: (ticket: TicketRecord) => string) => tickets.map(({ record }) => of(record));
  const ids = column(({ id }) => id);
  const known = await run(tx, importSelectKnownTickets, [ids]);
  const used = await run(tx, importSelectTicketNumbersOfOthers, [
    ids,
    column(({ ticketNo }) => ticketNo),
  ]);
  const wanted = new Set(column(({ serviceLineId }) => serviceLineId));
  const there = new Set((await run(tx, importSelectKnownLines, [[...wanted]])).map(({ id }) => id));
  for (const { record } of lines) there.add(record.id);
  const facts = tickets.map(({ number, record }) => ({
    number,
    keys: [`ticket ${record.id}`, `number ${record.ticketNo}`],
    lacks: !there.has(record.serviceLineId),
  }));
  return {
    facts,
    anyKnown: known.length > 0,
    taken: new Set(used.map(({ id }) => `number ${id}`)),
  };
};
