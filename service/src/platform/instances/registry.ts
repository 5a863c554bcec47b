import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { buildVersion } from '../build-version.ts';
import { one, type Pool, type Queryable, run } from '../database/database.ts';
import type { Log } from '../log.ts';
import { deleteDeadInstances, deleteInstance, saveInstance, selectAreAllAtLeast } from './queries.ts';
import { buildSchemaRange, type SchemaRange } from './schema-range.ts';

/** What an instance says about itself. */
export type Instance = { id: string; version: string; schemas: SchemaRange };

/** An instance for those who search its logs later, when the registry has forgotten it. */
export const nameOf = ({ id }: Pick<Instance, 'id'>): string => `${hostname()}/${process.pid}/${id}`;

const HEARTBEAT_MS = 10_000;

/** This process as an instance. */
export const describeInstance = (): Instance => ({
  id: randomUUID(),
  version: buildVersion(),
  schemas: buildSchemaRange(),
});

const save = (db: Queryable, { id, version, schemas }: Instance) =>
  run(db, saveInstance, [id, version, schemas.oldest, schemas.newest, hostname(), process.pid]);

/** Registers an instance and renews its row until `stop`, which deletes it. */
export const keepRegistered = async (
  db: Pool,
  instance: Instance,
  log: Pick<Log, 'warn'>,
  heartbeatMs = HEARTBEAT_MS,
): Promise<AsyncDisposable & { stop(): Promise<void> }> => {
  await run(db, deleteDeadInstances, []);
  await save(db, instance);
  let beating: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    // A heartbeat that waits for the database must not queue up behind itself.
    beating ??= save(db, instance)
      .catch((err) => log.warn({ err }, 'the heartbeat of this instance failed'))
      .finally(() => {
        beating = undefined;
      });
  }, heartbeatMs);
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await beating;
    await run(db, deleteInstance, [instance.id]).catch((err) =>
      log.warn({ err }, 'this instance could not be removed from the registry'),
    );
  };
  return { stop, [Symbol.asyncDispose]: stop };
};

/**
 * Whether all instances that run know this schema, so that a feature which needs it may be used.
 * False until the operator has confirmed that no instance older than the registry runs. The release
 * before may be started again later: what it cannot bear needs a migration with `oldest-writer`.
 */
export const areAllAtLeast = async (db: Queryable, schema: number): Promise<boolean> =>
  (await one(db, selectAreAllAtLeast, [schema])).are_all;
