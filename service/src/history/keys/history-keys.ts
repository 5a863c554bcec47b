import type { KeyObject } from 'node:crypto';
import {
  inTransaction,
  maybeOne,
  one,
  type Pool,
  type Queryable,
  run,
} from '../../platform/database/database.ts';
import { StartError } from '../../platform/process/start-error.ts';
import {
  insertFirstHistoryKey,
  lockHistoryKeys,
  registerHistoryKey,
  retireHistoryKey,
  type SelectCurrentHistoryKeyRow,
  selectCurrentHistoryKey,
  selectHistoryLeaseHeld,
  selectPreviousHistoryKeys,
} from './history-keys.sql.ts';
import {
  isSignedBy,
  type KeyConfig,
  keyFileOf,
  keyIdOf,
  makeKey,
  publicPem,
  readKey,
  signJson,
} from './signing-key.ts';

/*
 * The keys that sign the history. The database registers one current public key, so that all
 * instances sign with the same private key. The current key vouches for the previous keys.
 */

export type PreviousKey = { keyId: string; publicKey: string; retiredAt: Date };

const vouchedFacts = ({
  key_id,
  public_key,
}: Pick<SelectCurrentHistoryKeyRow, 'key_id' | 'public_key'>) => ({
  keyId: key_id,
  publicKey: public_key,
});

const remedyFor = (file: string): string =>
  `Put the registered key into ${file} (from another instance or from the backup), or stop all ` +
  'instances and register another key: npm run history-key -- adopt';

const wrongKeyError = (file: string, registered: string, given: string): StartError =>
  new StartError(
    'history-key',
    `The history is signed with key ${registered}, but ${file} holds key ${given}. ${remedyFor(file)}`,
  );

const missingKeyError = (file: string, registered: string): StartError =>
  new StartError(
    'history-key',
    `The history is signed with key ${registered}, but ${file} does not exist. ${remedyFor(file)}`,
  );

/**
 * Reads the key from its file. Makes one where the DATA_DIR has none yet; a HISTORY_KEY_FILE is
 * never made.
 */
const readOrMakeKey = async (config: KeyConfig): Promise<KeyObject> => {
  const file = keyFileOf(config);
  const key = await readKey(file);
  if (key !== undefined) return key;
  if (config.HISTORY_KEY_FILE === undefined) return makeKey(file);
  throw new StartError(
    'history-key',
    `HISTORY_KEY_FILE: ${file} does not exist; make a key with: ` +
      `openssl genpkey -algorithm ed25519 -out ${file}`,
  );
};

/** Registers this desk's key if it is the first one. Throws where another key is registered. */
export const useHistoryKey = async (owner: Queryable, config: KeyConfig): Promise<KeyObject> => {
  const file = keyFileOf(config);
  const before = await maybeOne(owner, selectCurrentHistoryKey, []);
  if (before && (await readKey(file)) === undefined) throw missingKeyError(file, before.key_id);
  const key = await readOrMakeKey(config);
  const pem = publicPem(key);
  if (!before) await run(owner, insertFirstHistoryKey, [keyIdOf(pem), pem]);
  const { key_id: registered } = await one(owner, selectCurrentHistoryKey, []);
  if (registered !== keyIdOf(pem)) throw wrongKeyError(file, registered, keyIdOf(pem));
  return key;
};

/**
 * The key for a command, which neither makes nor registers one; undefined before the first start of
 * a desk.
 */
export const readHistoryKey = async (
  owner: Queryable,
  config: KeyConfig,
): Promise<KeyObject | undefined> => {
  const file = keyFileOf(config);
  const registered = await maybeOne(owner, selectCurrentHistoryKey, []);
  const key = await readKey(file);
  if (key === undefined && registered) throw missingKeyError(file, registered.key_id);
  const keyId = key && keyIdOf(publicPem(key));
  if (keyId && registered && registered.key_id !== keyId)
    throw wrongKeyError(file, registered.key_id, keyId);
  return key;
};

/**
 * The previous keys, newest first: those for which the current key vouches, and the ids of the
 * others.
 */
export const previousKeys = async (
  db: Queryable,
  current: string,
): Promise<{ vouched: PreviousKey[]; others: string[] }> => {
  const rows = await run(db, selectPreviousHistoryKeys, []);
  const isVouched = (row: (typeof rows)[number]) =>
    isSignedBy(current, vouchedFacts(row), row.vouched);
  return {
    vouched: rows.filter(isVouched).map((row) => ({
      keyId: row.key_id,
      publicKey: row.public_key,
      retiredAt: row.retired_at,
    })),
    others: rows.filter((row) => !isVouched(row)).map(({ key_id }) => key_id),
  };
};

/**
 * The public keys (PEM) whose signatures are valid, and the ids of keys for which no key vouches.
 */
export const trustedKeys = async (
  db: Queryable,
  key: KeyObject | undefined,
): Promise<{ pems: string[]; others: string[] }> => {
  if (key === undefined) return { pems: [], others: [] };
  const current = publicPem(key);
  const { vouched, others } = await previousKeys(db, current);
  return { pems: [current, ...vouched.map(({ publicKey }) => publicKey)], others };
};

/**
 * Makes the key of this DATA_DIR (or HISTORY_KEY_FILE) the current one. The others become previous
 * keys.
 */
export const adoptHistoryKey = async (
  owner: Pool,
  config: KeyConfig,
): Promise<{ keyId: string; previous: string | null }> => {
  const key = await readOrMakeKey(config);
  const [pem, keyId] = [publicPem(key), keyIdOf(publicPem(key))];
  return inTransaction(owner, async (tx) => {
    await run(tx, lockHistoryKeys, []);
    const current = await maybeOne(tx, selectCurrentHistoryKey, []);
    if (current?.key_id === keyId) return { keyId, previous: null };
    if ((await one(tx, selectHistoryLeaseHeld, [])).held)
      throw new StartError(
        'history-key',
        'A desk is running or was killed less than a minute ago: stop all instances, then adopt the key',
      );
    if (current) {
      const { vouched } = await previousKeys(tx, current.public_key);
      const older = vouched.map(({ keyId: key_id, publicKey: public_key }) => ({
        key_id,
        public_key,
      }));
      for (const row of [current, ...older].filter(({ key_id }) => key_id !== keyId))
        await run(tx, retireHistoryKey, [row.key_id, signJson(key, vouchedFacts(row))]);
    }
    await run(tx, registerHistoryKey, [keyId, pem]);
    return { keyId, previous: current?.key_id ?? null };
  });
};
