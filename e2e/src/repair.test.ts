import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { type DeskPlace, newPlace, startDesk } from './desk.ts';
import { operatorAt } from './operator.ts';
import { heldBy, holdInNig } from './simulator.ts';

const REPAIR = '**/drift/repair/*';

/**
 * Two lines of which NIG holds another address than the desk: a comparison finds them at its start.
 */
const makeDrift = async (place: DeskPlace, browser: Awaited<ReturnType<typeof launchBrowser>>) => {
  const desk = await startDesk(place);
  const operator = await operatorAt(desk, browser);
  for (const n of [1, 2]) {
    await operator.sendRefresh(`ctt-00000${n}`);
    await operator.page.getByRole('status').filter({ hasText: 'Refresh applied' }).waitFor();
    const cpe = await heldBy(desk.nigUrl, `SL-00000${n}`);
    await holdInNig(desk.nigUrl, `SL-00000${n}`, { ...cpe, ipAddress: `10.97.1.${n}` });
  }
  await operator.close();
  await desk.stop();
};

/** Counts the reads of a repair; each fails, once `gate` lets it. */
const failReads = async (page: Page, gate = Promise.resolve()) => {
  const reads = { count: 0 };
  await page.route(REPAIR, async (route) => {
    reads.count += 1;
    await gate;
    await route.fulfill({ status: 503 });
  });
  return reads;
};

test('a repair is followed in spite of failed reads, less often then, and no longer than its page', async () => {
  await using place = await newPlace();
  const browser = await launchBrowser();
  await makeDrift(place, browser);
  const desk = await startDesk(place, { RECONCILE_EVERY_HOURS: '0.00001' });
  try {
    const { page, complaints } = await operatorAt(desk, browser, /Sofia Supervisor/);
    const drift = page.getByRole('region', { name: 'Drift' });
    const repair = async (lineId: string) => {
      await drift.getByLabel(`Repair ${lineId}`).check();
      await drift.getByRole('button', { name: 'Repair 1 line' }).click();
    };
    await page.getByRole('link', { name: 'Needs attention' }).click();
    await drift.getByLabel("NIG's values: the desk takes them over").check();
    await drift.getByLabel('Reason').fill('checked by phone');
    const failed = await failReads(page);
    await repair('SL-000001');
    await page.waitForTimeout(12_000);
    assert.ok(failed.count > 1 && failed.count < 5, `${failed.count} reads in 12 s`);
    await page.unroute(REPAIR);
    await drift.getByText('SL-000001: repaired').waitFor();

    const gate = Promise.withResolvers<void>();
    const late = await failReads(page, gate.promise);
    const reading = page.waitForRequest(REPAIR);
    await repair('SL-000002');
    await reading;
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    gate.resolve();
    await page.waitForTimeout(8000);
    assert.equal(late.count, 1);
    assert.deepEqual(complaints, []);
  } finally {
    await browser.close();
    await desk.stop();
  }
});
