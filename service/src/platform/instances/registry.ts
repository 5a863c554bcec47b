import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { buildVersion } from '../build-version.ts';
import { one, type Pool, type Queryable, run } from '../database/database.ts';
import type { Log } from '../log.ts';
import {
  deleteDeadInstances,
  deleteInstance,
  saveInstance,
  selectAreAllAtLeast,
} from './instances.sql.ts';
import { buildSchemaRange, type SchemaRange } from './schema-range.ts';

/** An instance's own description. */
export type Instance = { id: string; version: string; schemas: SchemaRange };

/** An instance for those who search its logs later, when the registry has forgotten it. */
export const nameOf = ({ id }: Pick<Instance, 'id'>): string =>
  `${hostname()}/${process.pid}/${id}`;

const HEARTBEAT_MS = 10_000;

/** The description of this process. */
export const describeInstance = (): Instance => ({
  id: randomUUID(),
  version: buildVersion(),
  schemas: buildSchemaRange(),
});

const save = (db: Queryable, { id, version, schemas }: Instance) =>
  run(db, saveInstance, [id, version, schemas.oldest, schemas.newest, hostname(), process.pid]);

/** Registers an instance and renews its row until `stop`, which deletes it. */
export const registerInstance = async (
  db: Pool,
  instance: Instance,
  log: Pick<Log, 'warn'>,
  heartbeatMs = HEARTBEAT_MS,
): Promise<AsyncDisposable & { stop(): Promise<void> }> => {
  await run(db, deleteDeadInstances, []);
  await save(db, instance);
  let renewing: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    // A heartbeat that waits for the database must not queue behind itself.
    renewing ??= save(db, instance)
      .catch((err) => log.warn({ err }, 'cannot renew the registration of this instance'))
      .finally(() => {
        renewing = undefined;
      });
  }, heartbeatMs);
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await renewing;
    await run(db, deleteInstance, [instance.id]).catch((err) =>
      log.warn({ err }, 'cannot remove this instance from the registry'),
    );
  };
  return { stop, [Symbol.asyncDispose]: stop };
};

/**
 * Whether all running instances know this schema, so that a feature that needs it may be used.
 * False until the operator has confirmed that no instance older than the registry runs. The
 * previous release may start again later: a change that it does not tolerate needs a migration with
 * `oldest-writer`.
 */
export const areAllAtLeast = async (db: Queryable, schema: number): Promise<boolean> =>
  (await one(db, selectAreAllAtLeast, [schema])).are_all;
