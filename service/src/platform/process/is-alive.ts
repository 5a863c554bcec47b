import { systemErrorCode } from './start-error.ts';

/** Whether a process has this id: the one that is meant, or another that was given the id since. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: alive, another user's.
    return systemErrorCode(error) === 'EPERM';
  }
}
