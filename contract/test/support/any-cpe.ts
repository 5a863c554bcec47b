import fc from 'fast-check';
import type { Cpe } from '../../src/cpe.ts';
import { anyText } from './any-text.ts';

const written = fc.oneof(
  anyText,
  fc.constantFrom('10.20.0.7', 'FD00::1', '0/1/3/12', 'gpon-onu_0/1/3:12', '3C15FB001234'),
  fc.constantFrom('2A02:908:0::/48', '2a02:908::1/48'),
  fc.constantFrom('485754431a2b3c4d', 'hwtc1a2b3c4d', ' x ', ''),
);
// Without NaN, which JSON lacks and which differs from itself.
const kbps = fc.oneof(fc.integer({ min: 0, max: 3_000_000 }), fc.double({ noNaN: true }));

/** A CPE with any values in any spelling; valid and invalid values are both frequent. */
export const anyCpe: fc.Arbitrary<Cpe> = fc.record(
  {
    manufacturer: written,
    model: written,
    ipAddress: written,
    bandwidth: fc.record({ downKbps: kbps, upKbps: kbps }),
    port: written,
    serialNumber: fc.option(written),
    macAddress: fc.option(written),
    ipv6Address: fc.option(written),
    ipv6Prefix: fc.option(written),
  },
  {
    requiredKeys: [
      'manufacturer',
      'model',
      'ipAddress',
      'bandwidth',
      'port',
      'serialNumber',
      'macAddress',
    ],
  },
);
