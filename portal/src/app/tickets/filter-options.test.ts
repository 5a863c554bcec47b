import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterOptions, toggleOption, withoutFilter } from './filter-options.ts';
import { NO_FILTERS, NOT_OVER } from './ticket-filters.ts';

const held = { filter: 'status', value: 'held', isOn: false } as const;

test('a filter takes several values, and gives each up again', () => {
  const one = toggleOption(NO_FILTERS, held);
  const two = toggleOption(one, { ...held, value: 'pending' });
  assert.deepEqual(two.status, ['held', 'pending']);
  assert.deepEqual(toggleOption(two, { ...held, isOn: true }).status, ['pending']);
});

test('Open stands for its statuses, and takes the place of others', () => {
  const open = toggleOption(toggleOption(NO_FILTERS, held), { ...held, value: NOT_OVER });
  assert.equal(open.status.length, 5);
  const [first] = filterOptions(open, null, []);
  assert.deepEqual([first?.value, first?.isOn], [NOT_OVER, true]);
});

test('Yes and No exclude each other', () => {
  const yes = toggleOption(NO_FILTERS, { filter: 'editable', value: 'true', isOn: false });
  assert.equal(yes.editable, true);
  const no = toggleOption(yes, { filter: 'editable', value: 'false', isOn: false });
  assert.equal(no.editable, false);
  assert.equal(withoutFilter(no, 'editable').editable, null);
});

test('counts stand beside statuses and the segment groups that the person has', () => {
  const counts = {
    status: { held: 1200, pending: 7 },
    segmentGroup: { SME: 3 },
    isAtLeast: true,
  } as unknown as Parameters<typeof filterOptions>[1];
  const options = filterOptions(NO_FILTERS, counts, ['SME']);
  const found = (value: string) => options.filter((option) => option.value === value);
  assert.equal(found('held')[0]?.count, '1,200+');
  assert.deepEqual(
    options
      .filter(({ filter }) => filter === 'segmentGroup')
      .map(({ value, count }) => [value, count]),
    [['SME', '3+']],
  );
  assert.equal(found('FTTH')[0]?.count, '');
});
