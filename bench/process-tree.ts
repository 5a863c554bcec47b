import { readdir, readFile, readlink } from 'node:fs/promises';
import { TICKS, type Usage } from './processes.ts';

/** The fields of `/proc/PID/stat` from the state on; undefined for a process that has ended. */
const fieldsOf = async (pid: number | string): Promise<string[] | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
};

/** The parent of a process. The parent of a PostgreSQL session is its postmaster. */
export const parentOf = async (pid: number): Promise<number> => Number((await fieldsOf(pid))?.[1]);

const ticks = (fields: readonly string[], ...indexes: number[]): number =>
  indexes.reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);

/**
 * Processor time of a process and its children so far, with those that have ended, in seconds.
 * Linux only.
 */
export const cpuOf = async (root: number): Promise<number> => {
  let sum = ticks((await fieldsOf(root)) ?? [], 11, 12, 13, 14);
  for (const pid of await readdir('/proc')) {
    const fields = /^\d+$/.test(pid) ? await fieldsOf(pid) : undefined;
    if (fields?.[1] === String(root)) sum += ticks(fields, 11, 12, 13, 14);
  }
  return sum / TICKS;
};

/** Peak memory of one process so far; undefined after its end. */
export const usageOfOne = async (pid: number): Promise<Usage | undefined> => {
  const fields = await fieldsOf(pid);
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const peak = /VmHWM:\s+(\d+)/.exec(status)?.[1];
  if (fields === undefined || peak === undefined) return undefined;
  return { cpuS: ticks(fields, 11, 12) / TICKS, peakMb: Number(peak) / 1024 };
};

/** A process's position in an open file, bytes; undefined where the file is not open. */
export const positionIn = async (pid: number, file: string): Promise<number | undefined> => {
  for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
    if ((await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')) !== file) continue;
    const info = await readFile(`/proc/${pid}/fdinfo/${fd}`, 'utf8').catch(() => '');
    return Number(/pos:\s+(\d+)/.exec(info)?.[1] ?? 0);
  }
  return undefined;
};
