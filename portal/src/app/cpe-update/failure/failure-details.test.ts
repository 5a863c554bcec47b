import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Failure, problemBody } from '@cpe-desk/contract';
import { sampleCpe as cpe } from '../../../../../contract/test/support/sample-cpe.ts';
import { failureDetails } from './failure-details.ts';

const detailsOf = (failure: Failure) => failureDetails(problemBody(failure));

test('field errors are named as the form names its fields', () => {
  const errors = [
    { pointer: '/new/bandwidth/upKbps', code: 'too-low', detail: 'Give at least 64 kbit/s' },
    { pointer: '/reason', code: 'too-long', detail: 'Shorten it' },
    { pointer: '/elsewhere', code: 'unknown', detail: 'What is this' },
  ];
  assert.deepEqual(detailsOf({ code: 'invalid-cpe', detail: '', errors }).lines, [
    'Bandwidth up (kbit/s): Give at least 64 kbit/s',
    'Reason: Shorten it',
    '/elsewhere: What is this',
  ]);
});

test('reasons, missing elements and NIG’s own words are sentences', () => {
  const { lines } = detailsOf({
    code: 'not-eligible',
    detail: '',
    reasons: ['not-ftth', 'ticket-closed'],
  });
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? '', /FTTH/);
  assert.deepEqual(detailsOf({ code: 'no-network-context', detail: '', missing: ['OLT'] }).lines, [
    "There is no OLT on the line's record.",
  ]);
  const nig = { code: 'NIG-7', message: 'port is blocked' };
  assert.deepEqual(detailsOf({ code: 'nig-rejected', detail: '', updateId: 'u', nig }).lines, [
    'NIG says NIG-7: port is blocked',
  ]);
});

test('a conflict shows each field on its three sides', () => {
  const { conflicts } = detailsOf({
    code: 'stale-cpe',
    detail: '',
    cpe: { ...cpe, version: 2 },
    conflicts: [
      {
        field: 'bandwidth',
        opened: cpe.bandwidth,
        now: { downKbps: 64, upKbps: 64 },
        wanted: cpe.bandwidth,
      },
      { field: 'serialNumber', opened: null, now: 'HWTC1A2B3C4D', wanted: null },
    ],
  });
  const mine = '100 Mbit/s down, 50 Mbit/s up';
  assert.deepEqual(conflicts, [
    { label: 'Bandwidth', opened: mine, now: '64 kbit/s down, 64 kbit/s up', wanted: mine },
    { label: 'Serial number', opened: 'Not known', now: 'HWTC1A2B3C4D', wanted: 'Not known' },
  ]);
});

test('a problem without details has none', () => {
  assert.deepEqual(detailsOf({ code: 'nig-unavailable', detail: '' }), {
    lines: [],
    conflicts: [],
  });
  assert.deepEqual(failureDetails('nonsense'), { lines: [], conflicts: [] });
});
