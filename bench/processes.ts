import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Clock ticks of /proc in a second (`getconf CLK_TCK`; 100 on every Linux). */
export const TICKS = 100;

export type Usage = { cpuS: number; peakMb: number };

const usageOf = async (pid: string): Promise<{ name: string; usage: Usage } | undefined> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const name = /nig-simulator/.test(command)
      ? 'NIG simulator'
      : /(?:demo|service)\/src\/main\.ts/.test(command)
        ? 'service'
        : /postgres/.test(command)
          ? 'PostgreSQL'
          : undefined;
    const peak = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    const cpuS = (Number(fields[11]) + Number(fields[12])) / TICKS;
    return name === undefined ? undefined : { name, usage: { cpuS, peakMb: peak } };
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
 * Processor time and peak memory of the desk's processes on this machine so far, by kind. Linux
 * only.
 */
export const usage = async (): Promise<Map<string, Usage>> => {
  const all = new Map<string, Usage>();
  for (const pid of await readdir('/proc')) {
    const found = /^\d+$/.test(pid) ? await usageOf(pid) : undefined;
    if (!found) continue;
    const { cpuS, peakMb } = all.get(found.name) ?? { cpuS: 0, peakMb: 0 };
    all.set(found.name, {
      cpuS: cpuS + found.usage.cpuS,
      peakMb: Math.max(peakMb, found.usage.peakMb),
    });
  }
  return all;
};

const LOOK_MS = 1000;
/** Of one processor. */
const IDLE = 0.1;
const IDLE_WITHIN_MS = 300_000;

/** Waits until the desk's processes have finished the work of a start, such as hourly chores. */
export const untilIdle = async (): Promise<void> => {
  const cpuS = async () => [...(await usage()).values()].reduce((sum, each) => sum + each.cpuS, 0);
  const deadline = performance.now() + IDLE_WITHIN_MS;
  for (let before = await cpuS(); performance.now() < deadline; ) {
    await sleep(LOOK_MS);
    const now = await cpuS();
    if ((now - before) * 1000 < IDLE * LOOK_MS) return;
    before = now;
  }
  throw new Error("The desk's processes are not idle in time");
};
