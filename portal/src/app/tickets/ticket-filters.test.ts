import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticketListQuerySchema } from '@cpe-desk/contract';
import { filterOptions, toggleOption } from './filter-options.ts';
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

test('every value of every filter narrows to what it says, and survives the address', () => {
  const options = filterOptions(NO_FILTERS, null, ['SME', 'CONSUMER']);
  assert.equal(options.length, 9 + 2 + 4 + 2 + 2);
  for (const option of options) {
    const query = filterQuery(toggleOption(NO_FILTERS, option));
    assert.deepEqual(query, { [option.filter]: option.value });
    assert.deepEqual(filterQuery(read(new URLSearchParams(query).toString())), query);
  }
});
