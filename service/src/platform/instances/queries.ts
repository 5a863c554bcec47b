import { statement } from '../database/database.ts';

export type InstanceRow = {
  id: string;
  version: string;
  oldest_schema: number;
  newest_schema: number;
  host: string;
  process_id: number;
  started_at: Date;
  seen_at: Date;
  is_alive: boolean;
};

/** An instance without a heartbeat for this long counts as dead. */
export const DEAD_AFTER_S = 60;
const IS_ALIVE = `seen_at > now() - interval '${DEAD_AFTER_S} s'`;

/** Registers an instance or renews its row. */
export const saveInstance = statement<
  never,
  [id: string, version: string, oldestSchema: number, newestSchema: number, host: string, processId: number]
>(
  'save-instance',
  `insert into instance (id, version, oldest_schema, newest_schema, host, process_id)
   values ($1, $2, $3, $4, $5, $6)
   on conflict (id) do update set seen_at = now()`,
);

export const deleteInstance = statement<never, [id: string]>(
  'delete-instance',
  'delete from instance where id = $1',
);

/** A dead instance stays in the list for a day, for a later analysis. */
export const deleteDeadInstances = statement(
  'delete-dead-instances',
  `delete from instance where seen_at < now() - interval '1 day'`,
);

export const selectInstances = statement<InstanceRow>(
  'select-instances',
  `select id, version, oldest_schema, newest_schema, host, process_id, started_at, seen_at,
          ${IS_ALIVE} as is_alive
     from instance order by started_at, id`,
);

/** Whether every running instance knows a schema, also those that are too old to register. */
export const selectAreAllAtLeast = statement<{ are_all: boolean }, [schema: number]>(
  'select-are-all-at-least',
  `select unregistered_gone_at is not null
          and not exists (select from instance where newest_schema < $1 and ${IS_ALIVE}) as are_all
     from schema_guard`,
);

export const selectConfirmation = statement<{ at: Date | null; by: string | null }>(
  'select-upgrade-confirmation',
  'select unregistered_gone_at as at, unregistered_gone_by as by from schema_guard',
);

/** The first confirmation stays, as a record. */
export const confirmUnregisteredGone = statement<never, [by: string]>(
  'confirm-unregistered-gone',
  `update schema_guard set unregistered_gone_at = now(), unregistered_gone_by = $1
    where unregistered_gone_at is null`,
);

/**
 * SQL: whether an instance that knows these schemas may write to the present database. Use it in
 * the writing statement itself, so that no upgrade comes between the check and the write.
 */
export const mayWrite = (newestSchema: string, oldestSchema: string): string => `(
  (${newestSchema})::int >= (select oldest_writer from schema_guard)
  and (${oldestSchema})::int <= (select left(max(name), 4)::int from schema_migration))`;

export const selectMayWrite = statement<
  { may_write: boolean; oldest_writer: number; schema: number },
  [newestSchema: number, oldestSchema: number]
>(
  'select-may-write',
  `select ${mayWrite('$1', '$2')} as may_write, oldest_writer,
          (select left(max(name), 4)::int from schema_migration) as schema
     from schema_guard`,
);

export const selectHasRegistry = statement<{ has_registry: boolean }>(
  'select-has-instance-registry',
  `select to_regclass('schema_guard') is not null as has_registry`,
);
