import { type LineFacts, parsePort, writePort } from '@cpe-desk/contract';
import { formatCount, formatMbps, formatShare } from '../../words/formats.ts';
import { words } from '../../words/words.ts';
import { type DraftField, isRate, readKbps } from './cpe-draft.ts';

const range = ([first, last]: readonly [number, number]) =>
  first === last ? `${first}` : `${first}-${last}`;

/** A typed rate in both units, and its share of the plan: 300 typed for 300M is seen at once. */
export const rateHint = (field: DraftField, typed: string, plan: LineFacts['plan']): string => {
  if (!isRate(field)) return '';
  const kbps = readKbps(typed);
  if (!(kbps > 0)) return '';
  const share = plan[field] > 0 ? formatShare(kbps / plan[field]) : '';
  return words().cpeUpdate.hints.rateIs(formatCount(kbps), formatMbps(kbps), share);
};

/** The port in the spelling of the OLT's manufacturer, also while someone types. */
export const portHint = (
  field: DraftField,
  { oltManufacturer, oltPorts }: Pick<LineFacts, 'oltManufacturer' | 'oltPorts'>,
  typed: string,
): string => {
  if (field !== 'port') return '';
  const port = parsePort(typed, { manufacturer: oltManufacturer, ports: oltPorts });
  const written = port.ok ? writePort(port.value, oltManufacturer) : '';
  return written === '' || written === typed ? '' : `${oltManufacturer}: ${written}`;
};

/** What the form says of a field before anything is wrong with it. */
export const hintOf = (
  field: DraftField,
  { oltManufacturer, oltPorts, oltPrefixes, allowedPrefixes }: LineFacts,
  typed: string,
): string => {
  const { hints } = words().cpeUpdate;
  if (field === 'serialNumber' || field === 'macAddress' || field === 'ipv6Prefix')
    return hints[field];
  if (field === 'ipv6Address')
    return [hints.ipv6Address, hints.inside(allowedPrefixes)].filter(Boolean).join('; ');
  if (field === 'ipAddress')
    return [hints.inside(allowedPrefixes), hints.onOlt(oltPrefixes)].filter(Boolean).join('; ');
  if (field === 'downKbps') return hints.rate;
  if (field !== 'port') return '';
  if (!oltPorts) return hints.port;
  const { frames, slots, ports, onuIds } = oltPorts;
  const spelled = portHint(field, { oltManufacturer, oltPorts }, typed);
  const levels = hints.portOf(range(frames), range(slots), range(ports), range(onuIds));
  return [hints.port, levels, spelled].filter(Boolean).join('; ');
};
