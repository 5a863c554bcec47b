import { type LineFacts, writePort } from '@cpe-desk/contract';
import { words } from '../../words/words.ts';
import type { DraftField } from './cpe-draft.ts';

const range = ([first, last]: readonly [number, number]) =>
  first === last ? `${first}` : `${first}-${last}`;

/** What the form says of a field before anything is wrong with it. */
export const hintOf = (
  field: DraftField,
  { oltManufacturer, oltPorts, oltPrefixes, allowedPrefixes }: LineFacts,
  typed: string,
): string => {
  const { hints } = words().cpeUpdate;
  if (field === 'serialNumber' || field === 'macAddress') return hints[field];
  if (field === 'ipAddress')
    return [hints.inside(allowedPrefixes), hints.onOlt(oltPrefixes)].filter(Boolean).join('; ');
  if (field === 'downKbps') return hints.rate;
  if (field !== 'port') return '';
  if (!oltPorts) return hints.port;
  const { frames, slots, ports, onuIds } = oltPorts;
  const written = writePort(typed, oltManufacturer);
  const spelled = written === typed ? '' : `${oltManufacturer}: ${written}`;
  const levels = hints.portOf(range(frames), range(slots), range(ports), range(onuIds));
  return [hints.port, levels, spelled].filter(Boolean).join('; ');
};
