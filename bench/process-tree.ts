import { readdir, readFile, readlink } from 'node:fs/promises';
import { TICKS, type Usage } from './processes.ts';

/** `/proc/PID/stat` from the state on; undefined for a process that has ended. */
const fieldsOf = async (pid: number | string): Promise<string[] | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
};

/** The parent of a process: of a PostgreSQL session, its postmaster. */
export const parentOf = async (pid: number): Promise<number> => Number((await fieldsOf(pid))?.[1]);

const ticks = (fields: readonly string[], ...indexes: number[]): number =>
  indexes.reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);

/** Processor time, s, of a process and its children so far, those that have ended with it. Linux only. */
export const cpuOf = async (root: number): Promise<number> => {
  let sum = ticks((await fieldsOf(root)) ?? [], 11, 12, 13, 14);
  for (const pid of await readdir('/proc')) {
    const fields = /^\d+$/.test(pid) ? await fieldsOf(pid) : undefined;
    if (fields?.[1] === String(root)) sum += ticks(fields, 11, 12, 13, 14);
  }
  return sum / TICKS;
};

/** Peak memory of one process so far; undefined when it has ended. */
export const usageOfOne = async (pid: number): Promise<Usage | undefined> => {
  const fields = await fieldsOf(pid);
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const peak = /VmHWM:\s+(\d+)/.exec(status)?.[1];
  if (fields === undefined || peak === undefined) return undefined;
  return { cpuS: ticks(fields, 11, 12) / TICKS, peakMb: Number(peak) / 1024 };
};

/** How far a process has read a file that it has open, bytes; undefined when it has it not. */
export const positionIn = async (pid: number, file: string): Promise<number | undefined> => {
  for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
    if ((await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')) !== file) continue;
    const info = await readFile(`/proc/${pid}/fdinfo/${fd}`, 'utf8').catch(() => '');
    return Number(/pos:\s+(\d+)/.exec(info)?.[1] ?? 0);
  }
  return undefined;
};
