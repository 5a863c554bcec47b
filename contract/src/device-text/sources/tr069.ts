import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import {
  addAddress,
  addCandidate,
  addNamed,
  addNote,
  type Draft,
  managementLeftOut,
  newDraft,
} from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { jsonDocuments, type Leaf, leavesOf } from '../core/json-lines.ts';
import type { Source } from '../core/source.ts';
import { isNothing, readMac } from '../core/values.ts';

/** Parameters of TR-098 and TR-181 that describe the device or its network connection. */
const DEVICE: Readonly<Record<string, 'manufacturer' | 'model' | 'serialNumber'>> = {
  Manufacturer: 'manufacturer',
  ModelName: 'model',
  ProductClass: 'model',
  SerialNumber: 'serialNumber',
};
/** The members of GenieACS' `_deviceId`, as the device informs (TR-069, 3.7.1.2). */
const DEVICE_ID: Readonly<Record<string, 'manufacturer' | 'model' | 'serialNumber'>> = {
  _Manufacturer: 'manufacturer',
  _ProductClass: 'model',
  _SerialNumber: 'serialNumber',
};
const WAN = /WANDevice|\bDevice\.(?:IP|PPP)\.Interface|WANIPConnection|WANPPPConnection/;
const ADDRESS = /^(?:ExternalIPAddress|IPAddress)$/;
const SERVICE = /^(?:X_\w*ServiceList|Name|ConnectionName|ConnectionType)$/;
const MANAGEMENT = /tr-?0?69|voip|iptv|manage/i;

/** Connections whose service is management or voice, by their path. */
const managementPaths = (leaves: readonly Leaf[]): string[] =>
  leaves
    .filter(
      ({ path, value }) =>
        SERVICE.test(path.at(-1) ?? '') && MANAGEMENT.test(value) && !/internet/i.test(value),
    )
    .map(({ path }) => path.slice(0, -1).join('.'));

const readLeaf = (
  draft: Draft,
  { path, value, line }: Leaf,
  management: readonly string[],
  olt: OltFacts,
): boolean => {
  const name = path.at(-1) ?? '';
  const full = path.join('.');
  const isInfo = path.includes('DeviceInfo');
  const field =
    (isInfo ? DEVICE[name] : undefined) ??
    (path.includes('_deviceId') ? DEVICE_ID[name] : undefined);
  if (field)
    return addNamed(
      draft,
      { field, weight: field === 'model' && /Class/.test(name) ? 2 : 3 },
      name,
      value,
      line,
      olt,
    );
  if (!WAN.test(full) || isNothing(value) || /^LAN|\.LANDevice\./.test(full)) return false;
  if (management.some((place) => full.startsWith(`${place}.`)))
    return ADDRESS.test(name) ? !addNote(draft, managementLeftOut) : false;
  if (ADDRESS.test(name)) return addAddress(draft, value, line, { meaning: full });
  if (name === 'MACAddress')
    return addCandidate(draft, 'macAddress', readMac(value), line, { meaning: full });
  return false;
};

const readLeaves = (leaves: readonly Leaf[], olt: OltFacts, used: Set<number>): Draft => {
  const draft = newDraft();
  const management = managementPaths(leaves);
  for (const leaf of leaves) if (readLeaf(draft, leaf, management, olt)) used.add(leaf.line.number);
  return draft;
};

/** Devices of GenieACS' northbound interface. */
export const genieAcs: Source = {
  name: 'genieacs-device',
  read(lines, olt) {
    const documents = jsonDocuments(lines)?.flatMap(({ value, lines: of }) =>
      (Array.isArray(value) ? value : [value]).map((device: unknown) => ({ device, of })),
    );
    const isDevice = ({ device }: { device: unknown }) =>
      typeof device === 'object' &&
      device !== null &&
      ('_deviceId' in device || 'InternetGatewayDevice' in device);
    if (!documents?.some(isDevice)) return undefined;
    const used = new Set<number>();
    const drafts = documents
      .filter(isDevice)
      .map(({ device, of }) => readLeaves(leavesOf(device, of), olt, used));
    return { drafts, used };
  },
};

const STRUCT = /<Name[^>]*>(?<name>[^<]+)<\/Name>\s*<Value[^>]*>(?<value>[^<]*)<\/Value>/g;
/** `InternetGatewayDevice.DeviceInfo.SerialNumber = …`: the output of an ACS or a console. */
const ASSIGNMENT =
  /^\s*(?<name>(?:InternetGatewayDevice|Device)(?:\.\w+)+)\s*[=:,\t ]\s*"?(?<value>[^"]*?)"?\s*$/;

const plainXml = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

const structs = (lines: readonly Line[]): Leaf[] => {
  const text = lines.map((line) => line.text).join('\n');
  return [...text.matchAll(STRUCT)].map(({ groups, index }) => ({
    path: (groups?.name ?? '').trim().split('.'),
    value: plainXml(groups?.value ?? '').trim(),
    line: lines[text.slice(0, index).match(/\n/g)?.length ?? 0] ?? { number: 1, text: '' },
  }));
};

const assignments = (lines: readonly Line[]): Leaf[] =>
  lines.flatMap((line) => {
    const groups = ASSIGNMENT.exec(line.text)?.groups;
    return groups?.name ? [{ path: groups.name.split('.'), value: groups.value ?? '', line }] : [];
  });

/** Parameters of one device: GetParameterValuesResponse (TR-069, A.3.2.2), or a list of them. */
export const tr069Parameters: Source = {
  name: 'tr069-parameters',
  read(lines, olt) {
    const leaves = [...structs(lines), ...assignments(lines)];
    if (leaves.length === 0) return undefined;
    const used = new Set<number>();
    return { drafts: [readLeaves(leaves, olt, used)], used };
  },
};
