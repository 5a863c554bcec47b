import type { NigPayload } from '@cpe-desk/contract';
import type { Sample } from './profile.ts';

/** A payload with every member, so that expressions of samples have values to work on. */
export const samplePayload = (serviceLineId: string): NigPayload => {
  const cpe = {
    ...{ manufacturer: 'Huawei', model: 'HG8245Hv5', ipAddress: '10.20.0.1' },
    ...{ bandwidth: { downKbps: 300_000, upKbps: 100_000 }, port: '0/1/3:1' },
    ...{ serialNumber: 'HWTC9E3779B1', macAddress: '02:1a:4b:00:00:01' },
  };
  return {
    ...{ serviceLineId, ticketNo: 'CTT-2026-000001', current: cpe, new: cpe },
    actor: { id: 'operator', name: 'Olivia Operator' },
    requestedAt: '2026-01-01T00:00:00.000Z',
  };
};

/** The payload of a sample: what it gives, the rest as in `samplePayload`. */
export const payloadOf = ({ serviceLineId, payload }: Sample): NigPayload => {
  const usual = samplePayload(serviceLineId);
  return { ...usual, ...payload, serviceLineId, new: { ...usual.new, ...payload.new } };
};
