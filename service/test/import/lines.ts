import { importLines } from '../../src/import/import-lines.ts';
import type { LineRemark } from '../../src/import/write-batch.ts';
import { type Pool, run, statement } from '../../src/platform/database/database.ts';

/* Lines of import files for tests, and how to import them. */

export const at = new Date('2026-11-02T00:00:00Z');

export const oltPorts = { frames: [0, 0], slots: [1, 7], ports: [0, 15], onuIds: [0, 127] };
export const olt = (id = 'olt-1') => ({
  type: 'networkElement',
  id,
  kind: 'OLT',
  name: id,
  oltPorts,
});
export const splitter = { type: 'networkElement', id: 'spl-1', kind: 'SPLITTER', name: 'spl-1' };
export const cpe = (n: number) => ({
  id: `cpe-${n}`,
  manufacturer: 'Huawei',
  model: 'HG8245Hv5',
  ipAddress: `10.0.${n >> 8}.${n & 255}`,
  bandwidth: { downKbps: 100_000, upKbps: 50_000 },
  port: `gpon-onu_0/${1 + (n % 7)}/${Math.floor(n / 7) % 16}:${Math.floor(n / 112)}`,
  serialNumber: `hwtc${n.toString(16).padStart(8, '0')}`,
});
export const line = (n: number) => ({
  type: 'serviceLine',
  id: `line-${n}`,
  technology: 'FTTH',
  accessType: 'GPON',
  managedServices: true,
  segmentGroup: 'SME',
  customer: `Customer ${n}`,
  plan: { downKbps: 100_000, upKbps: 50_000 },
  path: ['olt-1', 'spl-1'],
  cpe: cpe(n),
});
export const ticket = (n: number) => ({
  type: 'ticket',
  id: `t-${n}`,
  ticketNo: `CTT-${n}`,
  status: 'inProgress',
  title: 'Slow',
  openedAt: '2026-10-01T08:00:00+08:00',
  serviceLineId: `line-${n}`,
});

export type Line = Record<string, unknown> | string;

export async function* textOf(lines: Iterable<Line>) {
  for (const value of lines) yield typeof value === 'string' ? value : JSON.stringify(value);
}

/** Imports; answers the summary and the remarks. */
export const importAll = async (db: Pool, lines: Iterable<Line>, batchLines?: number) => {
  const remarks: LineRemark[] = [];
  const summary = await importLines(db, textOf(lines), {
    at,
    remark: (remark) => remarks.push(remark),
    ...(batchLines && { batchLines }),
  });
  return { ...summary, remarks };
};

export const rows = (db: Pool, sql: string) =>
  run(db, statement<Record<string, unknown>>(`test ${sql}`.slice(0, 63), sql), []);
