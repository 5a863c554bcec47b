import { test } from 'node:test';
import { launchBrowser } from './browser.ts';
import { deskOfItsOwn } from './desk.ts';
import { freezingProxy } from './freezing-proxy.ts';
import { operatorAt } from './operator.ts';

test('a frozen connection, a wake from sleep, and a network that goes: the page says so and catches up', async () => {
  await using desk = await deskOfItsOwn();
  await using proxy = await freezingProxy();
  await using browser = await launchBrowser();
  const sofia = await operatorAt(desk, browser, /Sofia Supervisor/);
  const { page, open, complaints } = await operatorAt(desk, browser, undefined, {
    proxy: { server: proxy.url },
  });
  const state = (text: string) =>
    page
      .getByRole('status')
      .filter({ hasText: new RegExp(`^${text}$`) })
      .waitFor();
  const shows = (port: string) =>
    page
      .getByRole('region', { name: 'CPE', exact: true })
      .getByText(port, { exact: true })
      .waitFor();
  await page.clock.install();
  await open('ctt-000001');
  await state('Live');

  proxy.freeze();
  await sofia.sendCorrection('ctt-000001', { Port: '0/1/8:121' });
  await sofia.page.getByRole('heading', { name: 'Correction applied' }).waitFor();
  // The service pings every 15 s: after 40 s without one the stream is opened again.
  await page.clock.runFor(60_000);
  await shows('0/1/8:121');
  await state('Live');

  // Asleep: the stream says nothing, and the clock jumps.
  proxy.freeze();
  await sofia.sendCorrection('ctt-000001', { Port: '0/1/8:122' });
  await sofia.page.getByRole('heading', { name: 'Correction applied' }).waitFor();
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  await shows('0/1/8:122');

  await page.context().setOffline(true);
  await state('Offline');
  await page.context().setOffline(false);
  await page.clock.runFor(10_000);
  await state('Live');
  for (const complaint of complaints) throw new Error(complaint);
});
