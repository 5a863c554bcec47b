import type { DeviceModel } from '../../src/catalogue.ts';
import type { Cpe } from '../../src/cpe.ts';

/** A valid CPE of a GPON line in canonical spelling. */
export const sampleCpe: Cpe = {
  manufacturer: 'Huawei',
  model: 'HG8245Hv5',
  ipAddress: '10.20.0.7',
  bandwidth: { downKbps: 100_000, upKbps: 50_000 },
  port: '0/1/3:12',
  serialNumber: 'HWTC1A2B3C4D',
  macAddress: '3c:15:fb:00:12:34',
};

/** Its model, of which only the name is known. */
export const sampleModel: DeviceModel = {
  manufacturer: 'Huawei',
  model: 'HG8245Hv5',
  partNumber: null,
  access: null,
  lanPorts: null,
  wanPorts: null,
  maxPortKbps: null,
  withdrawn: false,
  aliases: [],
  note: null,
  source: null,
};
