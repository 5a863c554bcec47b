import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { addNamed, finish } from '../core/add-named.ts';
import { type Draft, newDraft } from '../core/candidate.ts';
import { jsonDocuments, type Leaf, leavesOf } from '../core/json-lines.ts';
import { meaningOf, type Named, plainName } from '../core/names.ts';
import type { Source } from '../core/source.ts';
import { addAttribute } from './radius.ts';

/** Names that mean a field only in records of inventories. */
const INVENTORY: Readonly<Record<string, Named | 'never'>> = {
  managementip: { field: 'address', weight: 2 },
  devicetype: { field: 'model', weight: 2 },
  interface: { field: 'port', weight: 4 },
  aid: { field: 'port', weight: 4 },
  description: 'never',
};

/**
 * `{ "manufacturer": { "name": … } }`, `{ "primary_ip4": { "address": … } }`: NetBox nests what it
 * names. RADIUS servers nest the `value` of an attribute.
 */
const LABEL = /^(?:name|display|label|address|value|slug)$/;

const nameOf = ({ path }: Leaf): { name: string; isNested: boolean } => {
  const [parent, name = ''] = path.length > 1 ? path.slice(-2) : [undefined, path[0]];
  return LABEL.test(name) && parent ? { name: parent, isNested: true } : { name, isNested: false };
};

/** Members that hold other devices: the OLT, the router at the far end, the device around it. */
const OF_OTHERS =
  /^(?:resource_?relationships?|related_?\w*|relationships?|connected_?\w*|parent\w*|uplink|upstream_?\w*|neighbou?rs?|peers?|oob_ip|olt|gateway|route|before|(?:old|previous|former|replaced|removed)_?\w*)$/i;

const isOfOthers = (name: string): boolean =>
  OF_OTHERS.test(name) || (meaningOf(name) === 'never' && INVENTORY[plainName(name)] === undefined);

const addLeaf = (draft: Draft, leaf: Leaf, olt: OltFacts): boolean => {
  const { name, isNested } = nameOf(leaf);
  if (leaf.path.slice(0, -1).some(isOfOthers)) return false;
  if (addAttribute(draft, name, leaf.value, leaf.line)) return true;
  const meaning = INVENTORY[plainName(name)] ?? meaningOf(name);
  if (!meaning || meaning === 'never') return false;
  const weight = isNested ? meaning.weight - 1 : meaning.weight;
  return addNamed(draft, { ...meaning, weight }, name, leaf.value, leaf.line, olt);
};

const IDENTITY =
  /^(?:serial(?:_?number)?|sn|mac(?:_?address)?|hw[-_]address|ip[-_]?address|(?:framed-ip-address|calling-station-id))$/i;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects that are devices: those with their own identity, outermost first. */
const devicesIn = (value: unknown): Record<string, unknown>[] => {
  if (Array.isArray(value)) return value.flatMap(devicesIn);
  if (!isObject(value)) return [];
  if (Object.keys(value).some((name) => IDENTITY.test(name)) || 'resourceCharacteristic' in value)
    return [value];
  return Object.entries(value)
    .filter(([name]) => !isOfOthers(name))
    .flatMap(([, inner]) => devicesIn(inner));
};

/** A DHCPv6 lease of Kea with a prefix, and interfaces of OpenWrt: an address with its length. */
const withPrefixLength = (device: Record<string, unknown>): Record<string, unknown> => {
  const { 'ip-address': address, 'prefix-len': length, 'ipv6-prefix': prefixes, ...rest } = device;
  if (address !== undefined && length !== undefined)
    return { ...rest, ipv6prefix: `${address}/${length}` };
  if (!Array.isArray(prefixes)) return device;
  const lengths = prefixes.filter(isObject).map((each) => `${each.address}/${each.mask}`);
  return { ...device, 'ipv6-prefix': lengths };
};

const readDevice = (leaves: readonly Leaf[], olt: OltFacts, used: Set<number>): Draft => {
  const draft = newDraft();
  for (const leaf of leaves) {
    // Kea answers "hw-address"; NetBox has the slug and the display of each name besides.
    if (/^(?:slug|display|url|id)$/.test(leaf.path.at(-1) ?? '') && leaf.path.length > 1) continue;
    if (addLeaf(draft, leaf, olt)) used.add(leaf.line.number);
  }
  return finish(draft, olt);
};

/**
 * Records of inventories and controllers: TMF639 resources, NetBox devices, lists of ONUs, leases
 * of Kea, RADIUS attributes.
 */
export const jsonRecords: Source = {
  name: 'json',
  read(lines, olt) {
    const documents = jsonDocuments(lines);
    if (!documents) return undefined;
    const used = new Set<number>();
    const drafts = documents.flatMap(({ value, lines: of }) => {
      const found = devicesIn(value);
      const devices = found.length > 0 ? found : isObject(value) ? [value] : [];
      return devices.map((device) => readDevice(leavesOf(withPrefixLength(device), of), olt, used));
    });
    return { drafts, used };
  },
};
