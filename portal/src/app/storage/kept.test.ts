import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod';
import { Kept } from './kept.ts';

/** A storage in memory, with the members that `Kept` uses. */
const memory = (): Storage => {
  const items = new Map<string, string>();
  const storage = {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
  };
  return new Proxy(storage, {
    ownKeys: () => [...items.keys()],
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  }) as unknown as Storage;
};

test('the names that begin so are listed, without those of others', () => {
  const storage = memory();
  const kept = new Kept(() => storage);
  for (const name of ['draft.a', 'draft.b', 'sent.a']) kept.keep(name, 1);
  storage.setItem('draft.c', 'of another program');
  assert.deepEqual(kept.names('draft.'), ['draft.a', 'draft.b']);
});

test('after its end nothing is kept, also what a page that is about to go keeps', () => {
  const storage = memory();
  const kept = new Kept(() => storage);
  kept.keep('draft', 'typed');
  assert.equal(kept.read('draft', z.string()), 'typed');
  kept.end();
  kept.keep('draft', 'typed');
  assert.equal(new Kept(() => storage).read('draft', z.string()), undefined);
});
