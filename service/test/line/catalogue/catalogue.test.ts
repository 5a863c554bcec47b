import assert from 'node:assert/strict';
import { test } from 'node:test';
import { searchModels } from '../../../src/line/catalogue/find-models.ts';
import {
  loadCatalogue,
  shippedModels,
  shippedVendorIds,
} from '../../../src/line/catalogue/load-catalogue.ts';
import { loadVendorIds } from '../../../src/line/catalogue/vendor-ids.ts';
import { run, statement } from '../../../src/platform/database/database.ts';
import { findModel } from '../../support/find-model.ts';
import { createTestDatabase, useDatabase } from '../../support/test-database.ts';

const database = await useDatabase();
await loadCatalogue(database.pool);

const names = (models: { manufacturer: string; model: string }[]) =>
  models.map(({ manufacturer, model }) => `${manufacturer} ${model}`);

test('the shipped files have 145 models of 24 manufacturers and 23 vendor ids', async () => {
  const models = await shippedModels();
  assert.equal(models.length, 145);
  assert.equal(new Set(models.map(({ manufacturer }) => manufacturer)).size, 24);
  assert.equal(models.filter(({ access }) => access === undefined).length, 28);
  assert.equal((await shippedVendorIds()).length, 23);
});

test('loading fills the catalogue, unknown facts as null', async () => {
  const { pool } = database;
  assert.deepEqual(await findModel(pool, 'Huawei', 'HG8245Hv5'), {
    manufacturer: 'Huawei',
    model: 'HG8245Hv5',
    partNumber: 'HG8245Hv5',
    access: 'gpon',
    lanPorts: 4,
    wanPorts: 1,
    maxPortKbps: 2_488_320,
    withdrawn: false,
    aliases: [],
    note: null,
    source:
      'https://github.com/netbox-community/devicetype-library/tree/master/device-types/Huawei',
  });
  const named = await findModel(pool, 'Zyxel', 'XS1930-10');
  assert.equal(named?.partNumber, null);
  assert.equal(named?.maxPortKbps, null);
  const vendorIds = await loadVendorIds(pool);
  assert.equal(vendorIds.get('HWTC'), 'Huawei');
  assert.equal(vendorIds.get('PTIN'), 'Altice/PT Inovação');
});

test('loading again neither overwrites nor restores a model', async () => {
  await using edited = await createTestDatabase();
  await loadCatalogue(edited.pool);
  await run(
    edited.pool,
    statement('test-withdraw', `update device_model set withdrawn = (model = 'hEX')`),
    [],
  );
  await run(
    edited.pool,
    statement('test-delete', `delete from device_model where model = 'hEX S'`),
    [],
  );
  await run(edited.pool, statement('test-rename', `update gpon_vendor_id set vendor = 'Ours'`), []);
  await loadCatalogue(edited.pool);
  assert.equal((await findModel(edited.pool, 'MikroTik', 'hEX'))?.withdrawn, true);
  assert.equal(await findModel(edited.pool, 'MikroTik', 'hEX S'), null);
  assert.equal((await loadVendorIds(edited.pool)).get('HWTC'), 'Ours');
});

test('a model is found by its whole name in any case', async () => {
  const { pool } = database;
  assert.equal((await findModel(pool, ' huawei', 'hg8245HV5 '))?.model, 'HG8245Hv5');
  for (const [manufacturer, model] of [
    ['Huawei', 'HG8245'],
    ['ZTE', 'HG8245Hv5'],
    ['Huawei', ''],
    ['Huawei', 'HG8245Hv5\0'],
    ['%', '%'],
  ] as const)
    assert.equal(await findModel(pool, manufacturer, model), null);
});

test('a search finds any part of "manufacturer model"; matches at the beginning come first', async () => {
  const { pool } = database;
  assert.deepEqual(names(await searchModels(pool, 'HEX', 10)), ['MikroTik hEX', 'MikroTik hEX S']);
  assert.deepEqual(names(await searchModels(pool, 'wei hg83', 10)), ['Huawei HG8310M']);
  assert.deepEqual(names(await searchModels(pool, 'aru', 10)), [
    'Aruba 2530-8G Switch',
    'Aruba 6000-12G-POE4-2SFP-139W',
  ]);
  // Matches at the beginning, then at the beginning of the model, then all others.
  assert.deepEqual(names(await searchModels(pool, 'ar', 200)), [
    ...['Aruba 2530-8G Switch', 'Aruba 6000-12G-POE4-2SFP-139W'],
    ...['Allied Telesis AR1050V', 'Allied Telesis AR2010V', 'Allied Telesis AR2050V'],
    ...['Allied Telesis AR3050S', 'Allied Telesis AR4050S', 'Huawei AR6121E', 'Huawei AR6140-S'],
    ...['Huawei AR651W', 'TP-Link Archer MR505', 'Huawei OptiXstar B650G-8E8P3W', 'Netgear D6220'],
    ...['Netgear GS105E', 'Netgear GS108E', 'Netgear GS110EMX', 'Netgear GS305E', 'Netgear GS308E'],
    'Netgear GS308T',
  ]);
  assert.equal((await searchModels(pool, '', 200)).length, 145);
  assert.equal((await searchModels(pool, '', 7)).length, 7);
  assert.deepEqual(await searchModels(pool, '%', 10), []);
});
