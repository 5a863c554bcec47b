import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleCpe as cpe } from '../../../contract/test/support/sample-cpe.ts';
import { readHeld, readLookUp, readSend } from '../../src/nig/read-answer.ts';

const ID = '0198c5a2-7d1e-7b3c-9f00-0123456789ab';
const OTHER = '0198c5a2-7d1e-7b3c-9f00-ffffffffffff';
const ACCEPTED = { status: 'accepted', reference: 'NIG-1' };
const REJECTED = { status: 'rejected', code: 'NIG-7', message: 'port is taken' };

const answerOf = (status: number, body: unknown, contentType = 'application/json') => ({
  status,
  contentType,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const send = (...answer: Parameters<typeof answerOf>) => readSend(answerOf(...answer), ID);
const lookUp = (...answer: Parameters<typeof answerOf>) =>
  readLookUp(answerOf(...answer), ID, 'unknown');
const held = (...answer: Parameters<typeof answerOf>) =>
  readHeld(answerOf(...answer), 'L/1', 'unknown');

const whyOf = (answer: { outcome: string; why?: string }): string => {
  assert.equal(answer.outcome, 'unknown');
  return answer.why ?? '';
};

test('only JSON counts: application/json, or a type with the suffix +json', () => {
  for (const type of [
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/json ;charset=UTF-8',
    'application/vnd.nig.v2+json',
  ])
    assert.equal(send(200, ACCEPTED, type).outcome, 'accepted', type);
  for (const type of [
    '',
    'text/json',
    'text/html',
    'application/jsonp',
    'application/xml+jsonx',
    'application/json, text/html',
    'text/plain; a=application/json',
  ]) {
    assert.match(whyOf(send(200, ACCEPTED, type)), /^NIG answered 200 with no JSON \(/, type);
    assert.equal(send(422, REJECTED, type).outcome, 'unknown', type);
    assert.equal(
      lookUp(404, { status: 'unknown-update', updateId: ID }, type).outcome,
      'unknown',
      type,
    );
  }
});

test('an empty, cut or wrongly encoded body is unknown', () => {
  const text = JSON.stringify(ACCEPTED);
  for (let length = 0; length < text.length; length++)
    assert.equal(send(200, text.slice(0, length)).outcome, 'unknown');
  const body = Buffer.from(JSON.stringify({ ...ACCEPTED, reference: 'réf' }), 'latin1');
  assert.equal(
    readSend({ status: 200, contentType: 'application/json', body }, ID).outcome,
    'unknown',
  );
});

test('an answer that names an update must name this one', () => {
  for (const [status, body] of [
    [201, ACCEPTED],
    [422, REJECTED],
  ] as const) {
    for (const updateId of [ID, ID.toUpperCase()])
      assert.notEqual(send(status, { ...body, updateId }).outcome, 'unknown');
    for (const updateId of [OTHER, '', null, 7, {}, [ID]])
      assert.match(whyOf(send(status, { ...body, updateId })), /about another update/);
    assert.equal(lookUp(200, { ...body, updateId: OTHER }).outcome, 'unknown');
  }
});

test('"never got it" is a 404 that names this update', () => {
  assert.deepEqual(lookUp(404, { status: 'unknown-update', updateId: ID }), {
    outcome: 'never-got-it',
  });
  for (const body of [
    '',
    '<h1>404 Not Found</h1>',
    {},
    [],
    { message: 'NIG was never told' },
    { status: 'unknown-update' },
    { status: 'unknown-update', updateId: OTHER },
    { status: 'unknown-line', updateId: ID },
    { status: 'accepted', reference: 'R', updateId: ID },
  ])
    assert.equal(lookUp(404, body).outcome, 'unknown', JSON.stringify(body));
  for (const status of [200, 204, 400, 403, 410, 500])
    assert.equal(lookUp(status, { status: 'unknown-update', updateId: ID }).outcome, 'unknown');
});

test('NIG_BARE_404=never-got-it accepts any 404 that does not name another update', () => {
  const bare = (...answer: Parameters<typeof answerOf>) =>
    readLookUp(answerOf(...answer), ID, 'never-got-it');
  assert.equal(bare(404, '', '').outcome, 'never-got-it');
  assert.equal(bare(404, '<h1>404 Not Found</h1>', 'text/html').outcome, 'never-got-it');
  assert.equal(bare(404, { status: 'unknown-update', updateId: OTHER }).outcome, 'unknown');
  assert.equal(bare(503, '').outcome, 'unknown');
  assert.equal(readHeld(answerOf(404, '', ''), 'L/1', 'never-got-it'), null);
  const foreign = { status: 'unknown-line', serviceLineId: 'L/2' };
  assert.equal(readHeld(answerOf(404, foreign), 'L/1', 'never-got-it'), undefined);
});

test('an invalid reference is unknown, and its text is escaped', () => {
  for (const [reference, shown] of [
    ['a\u0000b', 'a\\u{0}b'],
    ['a\ud800b', 'a\\u{d800}b'],
    ['\u202eREF\u2066\n\r\u001b[31m', '\\u{202e}REF\\u{2066}\\u{a}\\u{d}\\u{1b}[31m'],
    ['', ''],
    ['x'.repeat(201), `${'x'.repeat(199)}…`],
  ] as const)
    for (const answer of [
      send(200, { ...ACCEPTED, reference }),
      lookUp(200, { ...ACCEPTED, reference }),
    ])
      assert.ok(whyOf(answer).endsWith(`with a reference outside its contract: "${shown}"`));
  for (const reference of [7, null, undefined])
    assert.equal(send(200, { ...ACCEPTED, reference }).outcome, 'unknown');
  const reference = '😀'.repeat(200);
  assert.deepEqual(send(200, { ...ACCEPTED, reference }), { outcome: 'accepted', reference });
});

test('a rejection counts with its code and message cleaned and cut', () => {
  const body = { status: 'rejected', code: 'NIG\u0000-7', message: 'line 1\nline 2\ud800\u202e' };
  assert.deepEqual(send(422, body), {
    outcome: 'rejected',
    code: 'NIG\ufffd-7',
    message: 'line 1 line 2\ufffd\ufffd',
  });
  const long = send(409, { status: 'rejected', code: 'c'.repeat(5000), message: 'm'.repeat(9000) });
  assert.ok(
    long.outcome === 'rejected' && long.code.length === 200 && long.message.length === 2000,
  );
  assert.equal(lookUp(200, body).outcome, 'rejected');
  assert.equal(send(409, { ...REJECTED, code: 'id-reused' }).outcome, 'unknown');
});

test('a line is unknown to NIG only after a 404 that names this line', () => {
  assert.equal(held(404, { status: 'unknown-line', serviceLineId: 'L/1' }), null);
  for (const [body, type] of [
    ['', ''],
    ['<h1>404 Not Found</h1>', 'text/html'],
    [{}],
    [{ status: 'unknown-line' }],
    [{ status: 'unknown-line', serviceLineId: 'L/2' }],
    [{ status: 'unknown-line', serviceLineId: 'L/1' }, 'text/html'],
  ] as const)
    assert.equal(held(404, body, type), undefined, JSON.stringify(body));
});

test('the values of a line count only from a 200 that names this line', () => {
  assert.deepEqual(held(200, { serviceLineId: 'L/1', cpe }), cpe);
  assert.equal(held(200, { serviceLineId: 'L/2', cpe }), undefined);
  assert.equal(held(200, { cpe }), undefined);
  assert.equal(held(200, { serviceLineId: 'L/1', cpe }, 'text/html'), undefined);
  for (const status of [201, 307, 500])
    assert.equal(held(status, { serviceLineId: 'L/1', cpe }), undefined);
});

test('a dual-stack member that NIG leaves out stays left out, and null stays null', () => {
  for (const more of [
    {},
    { ipv6Address: null, ipv6Prefix: null },
    { ipv6Address: '2a02:908::7', ipv6Prefix: '2a02:908:1::/48' },
  ])
    assert.deepEqual(held(200, { serviceLineId: 'L/1', cpe: { ...cpe, ...more } }), {
      ...cpe,
      ...more,
    });
});

test('text of NIG that cannot be stored is cleaned, and so differs', () => {
  const broken = { ...cpe, model: `${cpe.model}\u0000`, serialNumber: '\ud800' };
  assert.deepEqual(held(200, { serviceLineId: 'L/1', cpe: broken }), {
    ...cpe,
    model: `${cpe.model}\ufffd`,
    serialNumber: '\ufffd',
  });
});
