import { randomUUID } from 'node:crypto';
import type { Caller, PresenceEvent } from '@cpe-desk/contract';
import { type Pool, run } from '../platform/database/database.ts';
import type { Log } from '../platform/log.ts';
import {
  deletePresence,
  deleteStalePresence,
  enterLines,
  notifyPresence,
  selectOthersPresent,
} from './presence.sql.ts';

export type Presence = {
  /**
   * Renews the presence at these lines and ends it at all others. Reports other viewers where they
   * changed.
   */
  renew(lineIds: ReadonlySet<string>): Promise<void>;
  leave(): Promise<void>;
};

export type Viewing = {
  lineIds: ReadonlySet<string>;
  /** How often `renew` is called, ms. */
  heartbeatMs: number;
};

export type PresenceDeps = {
  db: Pool;
  /**
   * Calls the listener with the id of each line at which a viewer joined or left, on any instance.
   */
  live: { subscribePresence(listener: (serviceLineId: string) => void): () => void };
  log: Pick<Log, 'warn'>;
};

/** A viewer without a renewal for this many heartbeats has left: their instance died. */
const STALE_HEARTBEATS = 2.2;

/**
 * Records a person as a viewer of these lines. Reports the other viewers to `changed`, now and at
 * each change on any instance. Presence only informs, so its failures are only logged.
 */
export const announcePresence = (
  { db, live, log }: PresenceDeps,
  { id, name, segmentGroups }: Pick<Caller, 'id' | 'name' | 'segmentGroups'>,
  { lineIds, heartbeatMs }: Viewing,
  changed: (event: PresenceEvent) => void,
): Presence => {
  const staleMs = STALE_HEARTBEATS * heartbeatMs;
  const rowIds = new Map([...lineIds].map((lineId) => [lineId, randomUUID()]));
  const lastReported = new Map<string, string>();
  const reportOthers = async (lines: readonly string[]): Promise<void> => {
    for (const { service_line_id: serviceLineId, names } of await run(db, selectOthersPresent, [
      lines,
      id,
      staleMs,
      segmentGroups,
    ])) {
      const text = JSON.stringify(names);
      if (lastReported.get(serviceLineId) === text) continue;
      lastReported.set(serviceLineId, text);
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
  // Steps run one at a time and in order, so that a renewal never writes after `leave`.
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
      await reportOthers(lines);
    });
  });
  void next(async () => {
    await run(db, deleteStalePresence, [staleMs]);
    await enter();
    await run(db, notifyPresence, [[...rowIds.keys()]]);
    await reportOthers([...rowIds.keys()]);
  });
  return {
    renew: (now) =>
      next(async () => {
        await remove([...rowIds.keys()].filter((line) => !now.has(line)));
        await enter();
        await reportOthers([...rowIds.keys()]);
      }),
    async leave() {
      unsubscribe();
      await next(() => remove([...rowIds.keys()]));
    },
  };
};
