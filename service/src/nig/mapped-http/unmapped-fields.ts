import { type CpeField, cpeFields, type NigPayload } from '@cpe-desk/contract';
import type { ReadyProfile } from './mapped-calls.ts';
import { samplePayload } from './sample-payload.ts';

/** Another value of each field. */
const OTHER: Record<Exclude<CpeField, 'bandwidth'>, string> = {
  manufacturer: 'Nokia',
  model: 'G-240W-F',
  serialNumber: 'ALCLF0000001',
  macAddress: '02:1a:4b:00:00:02',
  ipAddress: '10.20.0.2',
  port: '0/1/3:2',
  ipv6Address: '2001:db8::2',
  ipv6Prefix: '2001:db8:1::/56',
};

const withOther = (payload: NigPayload, field: CpeField): NigPayload => {
  const { bandwidth } = payload.new;
  const changed =
    field === 'bandwidth'
      ? { bandwidth: { downKbps: bandwidth.downKbps + 1, upKbps: bandwidth.upKbps } }
      : { [field]: OTHER[field] };
  return { ...payload, new: { ...payload.new, ...changed } };
};

/** The CPE fields that change nothing in what the profile sends: NIG would never hold them. */
export const unmappedFields = async ({
  profile,
  expressions,
}: Omit<ReadyProfile, 'base'>): Promise<CpeField[]> => {
  const usual = samplePayload('SL-1');
  const bindings = { updateId: 'u-1', serviceLineId: 'SL-1', id: '1', found: {} };
  const sent = async (payload: NigPayload): Promise<string> =>
    JSON.stringify([
      await expressions.of(profile.send.body).run(payload, bindings),
      await expressions.of(profile.send.path).run(payload, bindings),
    ]);
  const before = await sent(usual);
  const unmapped: CpeField[] = [];
  for (const field of cpeFields)
    if ((await sent(withOther(usual, field))) === before) unmapped.push(field);
  return unmapped;
};
