import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticketListQuerySchema } from '@cpe-desk/contract';
import { choiceFilters } from './filter-choices.ts';
import { filterWords } from './filter-words.ts';
import {
  filterQuery,
  NO_FILTERS,
  narrows,
  readFilters,
  type TicketFilters,
} from './ticket-filters.ts';

const read = (query: string): TicketFilters => {
  const params = new URLSearchParams(query);
  return readFilters((name) => params.get(name));
};

const everything: TicketFilters = {
  q: 'CTT-1',
  status: ['held', 'pending'],
  segmentGroup: ['SME'],
  technology: ['FTTH'],
  managedServices: false,
  editable: true,
  sort: 'openedAt',
};

test('filters read from the address that they wrote are the same filters', () => {
  for (const filters of [NO_FILTERS, everything])
    assert.deepEqual(read(new URLSearchParams(filterQuery(filters)).toString()), filters);
});

test('the route takes the query of every filter', () => {
  assert.equal(ticketListQuerySchema.safeParse(filterQuery(everything)).success, true);
  assert.deepEqual(filterQuery(NO_FILTERS), {});
});

test('an address with values that no filter has is read as far as it makes sense', () => {
  assert.deepEqual(read('status=held,gone&editable=maybe&sort=size&q=%20a%09%0Ab%20'), {
    ...NO_FILTERS,
    status: ['held'],
    q: 'a b',
  });
});

test('the order alone leaves nothing out', () => {
  assert.equal(narrows({ ...NO_FILTERS, sort: 'openedAt' }), false);
  assert.equal(narrows({ ...NO_FILTERS, editable: false }), true);
});

test('filters that are on are said in words', () => {
  assert.deepEqual(filterWords(NO_FILTERS), []);
  assert.deepEqual(filterWords(everything), [
    'Search: CTT-1',
    'Status: Held, Pending',
    'Segment group: SME',
    'Technology: FTTH',
    'Managed Services: No',
    'Editable: Yes',
  ]);
});

test('every choice of the form narrows to what it says, and survives the address', () => {
  const filters = choiceFilters({});
  assert.deepEqual(
    filters.map(({ choices }) => choices.length),
    [10, 6, 5, 3, 3, 2],
  );
  for (const { name, choices } of filters)
    for (const { value } of choices) {
      const query = filterQuery(read(`${name}=${value}`));
      assert.equal(query[name] ?? '', value, `${name}=${value}`);
    }
});

test('a combination that only an address asks for is shown as a choice', () => {
  const status = choiceFilters({ status: 'held,closed' }).find(({ name }) => name === 'status');
  assert.deepEqual(status?.choices.at(-1), { value: 'held,closed', text: 'Held, Closed' });
});
