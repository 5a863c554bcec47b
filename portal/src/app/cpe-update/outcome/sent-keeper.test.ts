import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { Cpe, CpePreview } from '@cpe-desk/contract';
import { caller } from '../../shell/session.ts';
import { dropSent, keepSent, readSent } from './sent-keeper.ts';

const items = new Map<string, string>();
Object.defineProperty(globalThis, 'sessionStorage', {
  value: {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
  },
});

const signIn = (id: string): void =>
  caller.set({ id, name: id, roles: ['operator'], segmentGroups: ['SME'], actions: [] });

const cpe: Cpe = {
  manufacturer: 'Huawei',
  model: 'HG8245Hv5',
  ipAddress: '10.20.0.7',
  bandwidth: { downKbps: 100_000, upKbps: 50_000 },
  port: '0/1/3:12',
  serialNumber: null,
  macAddress: null,
};
const at = '2026-12-01T08:00:00.000Z';
const preview: CpePreview = {
  ...{ kind: 'refresh', changed: [], before: cpe, after: cpe, warnings: [], nigRequest: null },
  nigPayload: {
    ...{ serviceLineId: 'SL-1', ticketNo: 'CTT-1', current: cpe, new: cpe, requestedAt: at },
    actor: { id: 'olivia', name: 'Olivia' },
  },
};
const sent = {
  ...{ key: 'key-1', at, isEditing: false, reason: null, preview },
  wanted: { current: cpe, new: cpe },
};
const minutesLater = (minutes: number): number => Date.parse(at) + minutes * 60_000;

beforeEach(() => {
  items.clear();
  signIn('olivia');
  keepSent('t-1', sent);
});

test('what was sent is there for its ticket until its answer is', () => {
  assert.deepEqual(readSent('t-1', minutesLater(1)), { callerId: 'olivia', ...sent });
  assert.equal(readSent('t-2', minutesLater(1)), undefined);
  dropSent('t-1');
  assert.equal(readSent('t-1', minutesLater(1)), undefined);
});

test('a tab that comes back later sends nothing', () => {
  assert.equal(readSent('t-1', minutesLater(16)), undefined);
  assert.equal(readSent('t-1', minutesLater(1)), undefined, 'it is dropped');
});

test('another person does not resume it', () => {
  signIn('sofia');
  assert.equal(readSent('t-1', minutesLater(1)), undefined);
});
