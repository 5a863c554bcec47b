import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Entry, matching, seemsToBeOfTicket } from './palette-entries.ts';

const entry = (text: string, group = 'Pages'): Entry => ({
  id: text,
  group,
  icon: 'list',
  text,
  remark: '',
  run: () => undefined,
});
const entries = [entry('Access log'), entry('Overview'), entry('Café Łódź', 'Tickets')];
const found = (text: string) => matching(entries, text).map((each) => each.text);

test('an entry is found by parts of its words in any order, and by its group', () => {
  assert.deepEqual(found('log acc'), ['Access log']);
  assert.deepEqual(found('pages over'), ['Overview']);
  assert.deepEqual(found('cafe'), ['Café Łódź']);
  assert.deepEqual(found('nothing'), []);
});

test('no text leaves all entries in their order', () => {
  assert.deepEqual(found('  '), ['Access log', 'Overview', 'Café Łódź']);
});

test('a number is of a ticket, a word of a page', () => {
  assert.equal(seemsToBeOfTicket('000002'), true);
  assert.equal(seemsToBeOfTicket('overview'), false);
});
