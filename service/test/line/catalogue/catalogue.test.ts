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

test('the shipped files have 512 models of 73 manufacturers and 23 vendor ids', async () => {
  const models = await shippedModels();
  assert.equal(models.length, 512);
  assert.equal(new Set(models.map(({ manufacturer }) => manufacturer)).size, 73);
  assert.equal(models.filter(({ access }) => access === undefined).length, 251);
  assert.equal((await shippedVendorIds()).length, 23);
});

test('every shipped row but one names the page that it was read from', async () => {
  const without = (await shippedModels()).filter(({ source }) => !source?.startsWith('https://'));
  assert.deepEqual(names(without), ['Dasan H660GM']);
});

test('models are found as devices and labels spell them', async () => {
  for (const [manufacturer, spelled, model] of [
    ['Nokia', 'G240WA', 'G-240W-A'],
    ['ZTE', 'ZTE-F660', 'F660'],
    ['ZTE', 'H298Q', 'ZXHN H298Q'],
    ['Huawei', 'b650g-8e8p3w', 'OptiXstar B650G-8E8P3W'],
    ['Calix', '801Gv2', '801Gv2'],
  ] as const)
    assert.equal((await findModel(database.pool, manufacturer, spelled))?.model, model);
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
    ['Huawei', 'HG824'],
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
  assert.deepEqual(names(await searchModels(pool, 'wei hg831', 10)), ['Huawei HG8310M']);
  assert.deepEqual(names(await searchModels(pool, 'aru', 10)), [
    'Aruba 2530-8G Switch',
    'Aruba 6000-12G-POE4-2SFP-139W',
  ]);
  // Matches at the beginning, then at the beginning of the model, then all others.
  assert.deepEqual(names(await searchModels(pool, 'ac', 200)), [
    ...['Actiontec R1000H', 'Tenda AC10', 'Datacom DM955 5GT', 'Datacom DM985-424'],
    ...['Datacom DM986-204', 'Datacom DM986-414', 'ECIN EN-XGSFPP-OMAC-V1'],
    ...['ECIN EN-XGSFPP-OMAC-V2', 'Eltex RG-1412G-Wac', 'FS.com GPON-ONU-Stick-with-MAC'],
    ...['Intelbras WiFiber 120AC', 'Intelbras WiFiber 121AC', 'Ubiquiti UniFi Dream Machine Pro'],
  ]);
  assert.equal((await searchModels(pool, '', 2000)).length, 512);
  assert.equal((await searchModels(pool, '', 7)).length, 7);
  assert.deepEqual(await searchModels(pool, '%', 10), []);
});
