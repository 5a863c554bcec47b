import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { launchBrowser } from './browser.ts';
import { deskOfItsOwn } from './desk.ts';
import { eventually } from './eventually.ts';
import { type Operator, operatorAt } from './operator.ts';
import { setFaults } from './simulator.ts';

/** The requests that send an update. */
export const UPDATE = '**/ticket/ctt/cpe/update/*';

/**
 * An operator at a desk of their own, for the tests of a file. NIG is well again after each test.
 */
export function portalOfItsOwn({
  prepare,
  browserArgs = [],
}: {
  prepare?: () => Promise<void>;
  browserArgs?: readonly string[];
} = {}) {
  const opened = new AsyncDisposableStack();
  let desk: Awaited<ReturnType<typeof deskOfItsOwn>>;
  let browser: Awaited<ReturnType<typeof launchBrowser>>;
  let operator: Operator;

  before(async () => {
    desk = opened.use(await deskOfItsOwn({ NIG_TIMEOUT_MS: '3000' }));
    browser = opened.use(await launchBrowser(browserArgs));
    operator = await operatorAt(desk, browser);
    await prepare?.();
  });
  after(() => opened.disposeAsync());
  afterEach(async () => {
    await setFaults(desk.nigUrl);
    // What a test leaves typed is not for the next one.
    await operator.page.evaluate(() => sessionStorage.clear());
    assert.deepEqual(operator.complaints.splice(0), []);
  });

  const page = () => operator.page;
  const dialog = () => page().getByRole('dialog');
  const alert = () => dialog().getByRole('alert');
  return {
    desk: () => desk,
    operator: () => operator,
    page,
    dialog,
    alert,
    region: () => page().getByRole('region', { name: 'CPE', exact: true }),
    /** Someone else, in a browser window of their own. */
    another: (person: RegExp) => operatorAt(desk, browser, person),
    /** Stops the next request for an update on its way to the desk; the function lets it go on. */
    async holdUpdate(): Promise<() => void> {
      const gate = Promise.withResolvers<void>();
      await page().route(
        UPDATE,
        async (route) => {
          await gate.promise;
          await route.continue();
        },
        { times: 1 },
      );
      return gate.resolve;
    },
    press: (name: string) => page().getByRole('button', { name, exact: true }).click(),
    field: (label: string) => page().getByLabel(label, { exact: true }),
    /** The field comes to have this value. */
    holds: (label: string, value: string) =>
      eventually(() => page().getByLabel(label, { exact: true }).inputValue(), value),
    says: (text: string | RegExp) => page().getByRole('status').filter({ hasText: text }).waitFor(),
    applied: (kind: 'Refresh' | 'Correction' | 'Swap') => operator.applied(kind),
    /** The dialog shows a failure with what to do next, and says these things. */
    async failsSaying(...texts: (string | RegExp)[]): Promise<void> {
      await alert().getByText('Next:').waitFor();
      for (const text of texts) await alert().filter({ hasText: text }).waitFor();
    },
  };
}
