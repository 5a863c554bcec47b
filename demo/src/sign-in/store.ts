import type { Adapter, Payload } from 'oidc-provider';

/** Most entries: anyone who can reach the demo can begin sign-ins without ending them. */
const MOST = 1000;

type Entry = { payload: Payload; expiresAt: number };

const never = async () => undefined;

/**
 * Stores the demo's codes and pending sign-ins in memory. It stores no sessions, so that each
 * sign-in asks for a person: a demo visitor wants to try several.
 */
export const demoStore = (): ((model: string) => Adapter) => {
  const entries = new Map<string, Entry>();
  const stores = new Map<string, Adapter>();
  return (model) => {
    const store = stores.get(model) ?? storeOf(model, entries);
    stores.set(model, store);
    return store;
  };
};

const storeOf = (model: string, entries: Map<string, Entry>): Adapter => {
  const keyOf = (id: string | undefined) => `${model}:${id}`;
  const find = async (id: string | undefined) => {
    const entry = entries.get(keyOf(id));
    return entry && entry.expiresAt > Date.now() ? entry.payload : undefined;
  };
  return {
    find,
    findByUid: never,
    findByUserCode: never,
    async upsert(id, payload, expiresIn) {
      if (model === 'Session') return;
      const expiresAt =
        expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1000;
      entries.delete(keyOf(id));
      entries.set(keyOf(id), { payload, expiresAt });
      dropOldest(entries);
    },
    async consume(id) {
      const payload = await find(id);
      if (payload) payload.consumed = Math.floor(Date.now() / 1000);
    },
    async destroy(id) {
      entries.delete(keyOf(id));
    },
    async revokeByGrantId(grantId) {
      for (const [key, { payload }] of entries)
        if (payload.grantId === grantId) entries.delete(key);
    },
  };
};

/** A map keeps its entries in insertion order. */
const dropOldest = (entries: Map<string, Entry>): void => {
  const [oldest] = entries.keys();
  if (entries.size > MOST && oldest !== undefined) entries.delete(oldest);
};
