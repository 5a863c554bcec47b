import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import {
  addAddress,
  addCandidate,
  addNote,
  type Draft,
  managementLeftOut,
  noAddress,
} from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { type NamedLine, readNamedLines } from '../core/named-lines.ts';
import { addPort } from '../core/port-candidate.ts';
import type { Source, SourceReading } from '../core/source.ts';
import { isNothing, readMac } from '../core/values.ts';

/** Where a service of the customer ends; the others are for management and voice. */
const CUSTOMER_SERVICE = /internet|other|^-$/i;

type Block = { begun?: boolean; frameSlotPort?: Line; value?: string; service?: string };

/** Blocks of `name : value` as Huawei's MA5600 and MA5800 print them, one or more WANs in each. */
const readBlocks = (lines: readonly Line[], { ports }: OltFacts): SourceReading => {
  const olt = { manufacturer: 'Huawei', ports };
  let block: Block = {};
  const isManagement = () => block.service !== undefined && !CUSTOMER_SERVICE.test(block.service);
  const leaveOut = (draft: Draft): boolean => addNote(draft, managementLeftOut);
  const readOne = (draft: Draft, { plain, value, line }: NamedLine): boolean | undefined => {
    switch (plain) {
      case 'fsp':
        block = { ...block, frameSlotPort: line, value };
        return /^\d+\/ ?\d+\/ ?\d+$/.test(value);
      case 'ontid':
        if (!block.frameSlotPort || !/^\d+$/.test(value)) return false;
        return addPort(draft, `${block.value}:${value}`, [block.frameSlotPort, line], olt, {
          weight: 4,
        });
      case 'servicetype':
        block.service = value;
        return isManagement() ? false : undefined;
      case 'ipv4address':
      case 'ipv6address':
      case 'ipaddress':
      case 'ip':
        if (isNothing(value))
          return plain === 'ipv6address' ? true : isManagement() || addNote(draft, noAddress);
        if (isManagement()) return !leaveOut(draft);
        return addAddress(draft, value, line, { meaning: `WAN ${block.service ?? ''}`.trim() });
      case 'prefix':
        if (isManagement() || isNothing(value)) return false;
        return addAddress(draft, value, line, { meaning: 'delegated prefix' });
      case 'macaddress':
        if (isManagement()) return false;
        return addCandidate(draft, 'macAddress', readMac(value), line, {
          meaning: `WAN ${block.service ?? ''}`.trim(),
        });
      case 'index':
        block.service = undefined;
        return false;
      default:
        return undefined;
    }
  };
  return readNamedLines(lines, {
    olt,
    names: {
      sn: { field: 'serialNumber', weight: 4 },
      type: 'never',
      ontequipmentsn: 'never',
      ontversion: 'never',
      port: 'never',
    },
    startsDevice: ({ text }) => {
      if (!/^\s*(?:F\/S\/P|Number)\s*:/.test(text)) return false;
      const isNext = block.begun === true;
      if (/^\s*Number\s*:/.test(text) || isNext) block = {};
      if (/F\/S\/P/.test(text)) block.begun = true;
      return isNext;
    },
    read: readOne,
  });
};

const ofKind = (name: string, signs: readonly RegExp[]): Source => ({
  name,
  read: (lines, olt) =>
    signs.every((sign) => lines.some(({ text }) => sign.test(text)))
      ? readBlocks(lines, olt)
      : undefined,
});

const FSP = /^\s*F\/S\/P\s*:/;

/** `display ont wan-info`. */
export const huaweiWanInfo = ofKind('huawei-wan-info', [
  /^\s*Service type\s*:/,
  /^\s*(?:ONT[ -]ID|IPv4 address)\s*:/,
]);
/** `display ont autofind`: an ONT that is not registered has no id. */
export const huaweiAutofind = ofKind('huawei-autofind', [
  FSP,
  /^\s*Ont (?:SN|EquipmentID|autofind time)\s*:/i,
]);
/** `display ont info`, `display ont version`. */
export const huaweiOntInfo = ofKind('huawei-ont-info', [FSP]);
