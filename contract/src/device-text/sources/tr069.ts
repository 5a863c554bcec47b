import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { addNamed } from '../core/add-named.ts';
import {
  addAddress,
  addCandidate,
  addNote,
  type Draft,
  managementLeftOut,
  newDraft,
} from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { jsonDocuments, type Leaf, leavesOf } from '../core/json-lines.ts';
import { meaningOf } from '../core/names.ts';
import type { Source } from '../core/source.ts';
import { isNothing, readMac } from '../core/values.ts';

/** Parameters of TR-098 and TR-181, and members of a device id, that describe the device. */
const DEVICE: Readonly<Record<string, 'manufacturer' | 'model' | 'serialNumber'>> = {
  Manufacturer: 'manufacturer',
  ModelName: 'model',
  ProductClass: 'model',
  SerialNumber: 'serialNumber',
};
const WAN =
  /WANDevice|^Device\.(?:IP|PPP)\.Interface|WANIPConnection|WANPPPConnection|^Device\.DHCPv[46]\.Client/;
const ADDRESS = /^(?:ExternalIPAddress|IPAddress|LocalIPAddress)$/;
const PREFIX = /^(?:Prefix|X_\w*IPv6Prefix|IPv6Prefix)$/;
const SERVICE =
  /^(?:X_[\w-]*ServiceList|Name|Alias|ConnectionName|ConnectionType|X_[\w-]*ServiceType)$/;
const MANAGEMENT = /tr-?0?69|voip|iptv|mgmt|manage/i;
/** Names of interfaces on the customer's side, and of the loopback. */
const LAN = /^(?:br|lan|wl|wlan|wifi|lo|guest)(?:\b|[\d_-])/i;

/** The path of the connection that a parameter belongs to: up to the last instance number. */
const connectionOf = (path: readonly string[]): string => {
  const wan = path.findIndex((part) => /^WAN(?:IP|PPP)Connection$|^Interface$|^Client$/.test(part));
  return path.slice(0, wan < 0 ? -1 : wan + 2).join('.');
};

type Sides = { management: Set<string>; lan: Set<string> };

/** Connections whose service is management or voice, and those of the customer's side. */
const sidesOf = (leaves: readonly Leaf[]): Sides => {
  const services = leaves.filter(({ path }) => SERVICE.test(path.at(-1) ?? ''));
  const pathsOf = (found: readonly Leaf[]) => new Set(found.map(({ path }) => connectionOf(path)));
  return {
    management: pathsOf(
      services.filter(({ value }) => MANAGEMENT.test(value) && !/internet/i.test(value)),
    ),
    lan: pathsOf(services.filter(({ value }) => LAN.test(value))),
  };
};

const readLeaf = (draft: Draft, leaf: Leaf, sides: Sides, olt: OltFacts): boolean => {
  const { path, value, line } = leaf;
  const name = path.at(-1) ?? '';
  const full = path.join('.');
  const field = /DeviceInfo|_?[dD]eviceId/.test(path.at(-2) ?? '')
    ? DEVICE[name.replace(/^_/, '')]
    : undefined;
  if (field)
    return addNamed(draft, { field, weight: /Class$/.test(name) ? 2 : 3 }, name, value, line, olt);
  if (path[0] === 'VirtualParameters') {
    const meaning = meaningOf(name.replace(/^get(?=[A-Z])/, ''));
    return (
      meaning !== undefined &&
      meaning !== 'never' &&
      addNamed(draft, { ...meaning, weight: meaning.weight - 1 }, name, value, line, olt)
    );
  }
  if (!WAN.test(full) || isNothing(value) || path.includes('LANDevice')) return false;
  const connection = connectionOf(path);
  if (sides.lan.has(connection)) return false;
  if (sides.management.has(connection))
    return ADDRESS.test(name) ? !addNote(draft, managementLeftOut) : false;
  if (ADDRESS.test(name) || PREFIX.test(name))
    return addAddress(draft, value, line, { meaning: full });
  return (
    name === 'MACAddress' &&
    addCandidate(draft, 'macAddress', readMac(value), line, { meaning: full })
  );
};

const readLeaves = (leaves: readonly Leaf[], olt: OltFacts, used: Set<number>): Draft => {
  const draft = newDraft();
  const sides = sidesOf(leaves);
  for (const leaf of leaves) if (readLeaf(draft, leaf, sides, olt)) used.add(leaf.line.number);
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

/** `InternetGatewayDevice.DeviceInfo.SerialNumber = …`: the output of an ACS or a console. */
const ASSIGNMENT =
  /^\s*(?<name>(?:InternetGatewayDevice|Device)(?:\.[\w-]+)+)\s*[=:,\t ]\s*"?(?<value>[^"]*?)"?\s*$/;
/** The device id of an Inform (TR-069, A.3.3.1), as its elements without their tags. */
const DEVICE_ID = /^\s*(?<name>Manufacturer|ProductClass|SerialNumber) : (?<value>.*?)\s*$/;

const leafAt = (line: Line): Leaf[] => {
  const id = DEVICE_ID.exec(line.text)?.groups;
  if (id?.name) return [{ path: ['DeviceId', id.name], value: id.value ?? '', line }];
  const groups = ASSIGNMENT.exec(line.text)?.groups;
  return groups?.name ? [{ path: groups.name.split('.'), value: groups.value ?? '', line }] : [];
};

/** Parameters of one device: GetParameterValuesResponse (TR-069, A.3.2.2), or a list of them. */
export const tr069Parameters: Source = {
  name: 'tr069-parameters',
  read(lines, olt) {
    if (!lines.some(({ text }) => ASSIGNMENT.test(text))) return undefined;
    const used = new Set<number>();
    return { drafts: [readLeaves(lines.flatMap(leafAt), olt, used)], used };
  },
};
