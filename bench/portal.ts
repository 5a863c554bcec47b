import { newPlace } from '../e2e/src/desk.ts';
import { logProgress } from './figures.ts';
import { measurePages } from './pages.ts';

/**
 * Requests, bytes, moved content and times of the portal's pages, each in a new browser. It fails
 * where a page makes more requests than it may, or moves.
 */
export const portal = async (times: number): Promise<void> => {
  await using place = await newPlace();
  const { report, faults } = await measurePages(place, times);
  process.stdout.write(`${report}\n`);
  for (const fault of faults) logProgress(fault);
  if (faults.length > 0) process.exitCode = 1;
};
