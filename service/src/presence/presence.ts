import { randomUUID } from 'node:crypto';
import type { Caller, PresenceEvent } from '@cpe-desk/contract';
import { type Pool, run } from '../platform/database/database.ts';
import type { Log } from '../platform/log.ts';
import { deletePresence, deleteStalePresence, enterLines, notifyPresence, selectOthers } from './queries.ts';

export type Presence = {
  /** Still viewing these lines and no other; says who else does where that changed. */
  renew(lineIds: ReadonlySet<string>): Promise<void>;
  leave(): Promise<void>;
};

export type Viewing = {
  lineIds: ReadonlySet<string>;
  /** How often `renew` is called, ms. */
  beatMs: number;
};

export type PresenceDeps = {
  db: Pool;
  /** Calls back with the id of each line at which somebody came or went, on any instance. */
  live: { subscribePresence(listener: (serviceLineId: string) => void): () => void };
  log: Pick<Log, 'warn'>;
};

/** A person without a sign of life for so many beats is gone: their instance died. */
const STALE_BEATS = 2.2;

/**
 * Says that a person is viewing tickets of these lines, and tells `changed` who else is: now, and
 * whenever it changes, on whichever instance. Presence is a courtesy: its failures are logged only.
 */
export const bePresent = (
  { db, live, log }: PresenceDeps,
  { id, name, segmentGroups }: Pick<Caller, 'id' | 'name' | 'segmentGroups'>,
  { lineIds, beatMs }: Viewing,
  changed: (event: PresenceEvent) => void,
): Presence => {
  const staleMs = STALE_BEATS * beatMs;
  const rowIds = new Map([...lineIds].map((lineId) => [lineId, randomUUID()]));
  const told = new Map<string, string>();
  const tell = async (lines: readonly string[]): Promise<void> => {
    for (const { service_line_id: serviceLineId, names } of await run(db, selectOthers, [
      lines,
      id,
      staleMs,
      segmentGroups,
    ])) {
      const text = JSON.stringify(names);
      if (told.get(serviceLineId) === text) continue;
      told.set(serviceLineId, text);
      changed({ serviceLineId, names });
    }
  };
  const enter = () => run(db, enterLines, [[...rowIds.values()], [...rowIds.keys()], id, name]);
  const remove = async (lines: readonly string[]): Promise<void> => {
    if (lines.length === 0) return;
    await run(db, deletePresence, [lines.flatMap((line) => rowIds.get(line) ?? [])]);
    for (const line of lines) rowIds.delete(line);
    await run(db, notifyPresence, [lines]);
  };
  // One at a time and in order, so that a renewal never writes after `leave`.
  let work = Promise.resolve();
  const next = (step: () => Promise<unknown>): Promise<void> => {
    work = work.then(step).then(
      () => {},
      (err) => log.warn({ err }, 'presence failed'),
    );
    return work;
  };
  const changedLines = new Set<string>();
  const unsubscribe = live.subscribePresence((lineId) => {
    if (!rowIds.has(lineId)) return;
    changedLines.add(lineId);
    if (changedLines.size > 1) return;
    void next(async () => {
      const lines = [...changedLines];
      changedLines.clear();
      await tell(lines);
    });
  });
  void next(async () => {
    await run(db, deleteStalePresence, [staleMs]);
    await enter();
    await run(db, notifyPresence, [[...rowIds.keys()]]);
    await tell([...rowIds.keys()]);
  });
  return {
    renew: (now) =>
      next(async () => {
        await remove([...rowIds.keys()].filter((line) => !now.has(line)));
        await enter();
        await tell([...rowIds.keys()]);
      }),
    async leave() {
      unsubscribe();
      await next(() => remove([...rowIds.keys()]));
    },
  };
};
