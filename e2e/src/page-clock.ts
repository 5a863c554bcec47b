import type { Page } from 'playwright-core';

/** The deadline of a request, by a timer that the page's clock knows. */
const DEADLINES_BY_TIMER = `AbortSignal.timeout = (ms) => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new DOMException('timed out', 'TimeoutError')), ms);
  return controller.signal;
}`;

/**
 * The time in a page, from the next one that it opens: it goes on as usual, and can be moved
 * forward. The time of the desk and of NIG is not changed.
 */
export const clockOf = async (page: Page) => {
  await page.clock.install();
  await page.addInitScript(DEADLINES_BY_TIMER);
  return {
    /** Moves the time forward; every timer that is due by then runs. */
    pass: (seconds: number) => page.clock.runFor(seconds * 1000),
  };
};
