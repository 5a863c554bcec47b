import { systemErrorCode } from './start-error.ts';

/** Whether a process has this id: the expected one, or a later one with the same id. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: alive, another user's.
    return systemErrorCode(error) === 'EPERM';
  }
}
