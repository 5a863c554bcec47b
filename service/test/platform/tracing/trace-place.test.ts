import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  headersOfPlace,
  placeOfRequest,
  readPlace,
} from '../../../src/platform/tracing/trace-place.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const traceparent = `00-${traceId}-${spanId}-01`;

test('a valid traceparent is read, and passed on as it came', () => {
  const place = readPlace({ traceparent, tracestate: 'vendor=a,other=b' });
  assert.deepEqual(place, { traceId, spanId, flags: '01', state: 'vendor=a,other=b' });
  assert.ok(place);
  assert.deepEqual(headersOfPlace(place), { traceparent, tracestate: 'vendor=a,other=b' });
  assert.deepEqual(readPlace({ traceparent }), { traceId, spanId, flags: '01' });
});

test('a later version is read like version 00, whatever follows', () => {
  const place = readPlace({ traceparent: `cc-${traceId}-${spanId}-01-more` });
  assert.ok(place);
  assert.equal(headersOfPlace(place).traceparent, traceparent);
});

test('a traceparent that is not valid names no place', () => {
  const wrong = [
    ...['', 'x', `ff-${traceId}-${spanId}-01`, `00-${traceId}-${spanId}-01-more`],
    ...[`00-${'0'.repeat(32)}-${spanId}-01`, `00-${traceId}-${'0'.repeat(16)}-01`],
    ...[`00-${traceId.toUpperCase()}-${spanId}-01`, `00-${traceId}-${spanId}`],
  ];
  for (const each of wrong) assert.equal(readPlace({ traceparent: each }), undefined, each);
  assert.equal(readPlace({}), undefined);
});

test('a tracestate that is too long or not printable is dropped', () => {
  for (const tracestate of ['a'.repeat(513), 'a=\u00e9', ''])
    assert.deepEqual(readPlace({ traceparent, tracestate }), { traceId, spanId, flags: '01' });
});

test('a request without a trace has one that nobody records, by its id where that is a UUID', () => {
  const id = 'a3bb189e-8bf9-3888-9912-ace4e6543002';
  const place = placeOfRequest(id);
  assert.deepEqual([place.traceId, place.flags], [id.replaceAll('-', ''), '00']);
  for (const other of ['operator-7', '00000000-0000-0000-0000-000000000000'])
    assert.ok(readPlace(headersOfPlace(placeOfRequest(other))), other);
});
