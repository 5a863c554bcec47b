import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Clock ticks of /proc in a second (`getconf CLK_TCK`; 100 on every Linux). */
export const TICKS = 100;

export type Usage = { cpuS: number; peakMb: number };

const kindOf = (command: string): string | undefined => {
  if (/nig-simulator/.test(command)) return 'NIG simulator';
  if (/(?:demo|service)\/src\/main\.ts/.test(command)) return 'service';
  return /postgres/.test(command) ? 'PostgreSQL' : undefined;
};

type Process = { parent: number; kind: string | undefined; usage: Usage };

const processOf = async (pid: number, postmaster: number): Promise<Process | undefined> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // With the time of sessions that have ended.
    const ticks = pid === postmaster ? [11, 12, 13, 14] : [11, 12];
    const cpuS = ticks.reduce((sum, field) => sum + Number(fields[field]), 0) / TICKS;
    const peakMb = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    return { parent: Number(fields[1]), kind: kindOf(command), usage: { cpuS, peakMb } };
  } catch {
    return undefined; // It has ended.
  }
};

/** Memory that a process uses now, bytes. Linux only. */
export const rssOf = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
};

/**
 * Processor time and peak memory of the processes of this bench so far, by kind: of its children
 * and of its PostgreSQL. Others on the machine do not count. Linux only.
 */
export const usage = async (postmaster: number): Promise<Map<string, Usage>> => {
  const processes = new Map<number, Process>();
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    const found = Number.isInteger(pid) ? await processOf(pid, postmaster) : undefined;
    if (found) processes.set(pid, found);
  }
  const isOwn = (pid: number | undefined): boolean =>
    pid !== undefined &&
    (pid === process.pid || pid === postmaster || isOwn(processes.get(pid)?.parent));
  const all = new Map<string, Usage>();
  for (const [pid, { kind, usage: found }] of processes) {
    if (kind === undefined || !isOwn(pid)) continue;
    const { cpuS, peakMb } = all.get(kind) ?? { cpuS: 0, peakMb: 0 };
    const peak = Math.max(peakMb, found.peakMb);
    all.set(kind, { cpuS: cpuS + found.cpuS, peakMb: peak });
  }
  return all;
};

const LOOK_MS = 1000;
/** Of one processor. */
const IDLE = 0.1;
const IDLE_WITHIN_MS = 300_000;

/** Waits until the desk's processes have finished the work of a start, such as hourly chores. */
export const untilIdle = async (postmaster: number): Promise<void> => {
  const cpuS = async () =>
    [...(await usage(postmaster)).values()].reduce((sum, each) => sum + each.cpuS, 0);
  const deadline = performance.now() + IDLE_WITHIN_MS;
  for (let before = await cpuS(); performance.now() < deadline; ) {
    await sleep(LOOK_MS);
    const now = await cpuS();
    if ((now - before) * 1000 < IDLE * LOOK_MS) return;
    before = now;
  }
  throw new Error("The desk's processes are not idle in time");
};
