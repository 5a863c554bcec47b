import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { addNamed, type Draft, finish, newDraft } from '../core/candidate.ts';
import { jsonDocuments, type Leaf, leavesOf } from '../core/json-lines.ts';
import { meaningOf, type Named, plainName } from '../core/names.ts';
import type { Source } from '../core/source.ts';

/** Names that mean a field only in records of inventories. */
const INVENTORY: Readonly<Record<string, Named | 'never'>> = {
  managementip: { field: 'address', weight: 2 },
  devicetype: { field: 'model', weight: 2 },
  interface: { field: 'port', weight: 4 },
  aid: { field: 'port', weight: 4 },
  port: 'never',
  description: 'never',
};

/**
 * `{ "manufacturer": { "name": … } }`, `{ "primary_ip4": { "address": … } }`: NetBox nests what it
 * names.
 */
const meaningOfLeaf = ({ path }: Leaf): { named: Named; name: string } | undefined => {
  const [parent, name = ''] =
    path.slice(-2).length === 2 ? path.slice(-2) : [undefined, path.at(-1) ?? ''];
  const isLabel = /^(?:name|display|label|address|value|slug)$/.test(name);
  for (const each of isLabel && parent ? [parent] : [name]) {
    const meaning = INVENTORY[plainName(each)] ?? meaningOf(each);
    if (meaning === 'never') return undefined;
    if (meaning)
      return {
        named: each === name ? meaning : { ...meaning, weight: meaning.weight - 1 },
        name: each,
      };
  }
  return undefined;
};

const IDENTITY = /^(?:serial(?:_?number)?|sn|mac(?:_?address)?|hw[-_]address|ip[-_]address)$/i;

/** The objects that are devices: those with their own identity, outermost first. */
const devicesIn = (value: unknown): unknown[] => {
  if (Array.isArray(value)) return value.flatMap(devicesIn);
  if (typeof value !== 'object' || value === null) return [];
  if (Object.keys(value).some((name) => IDENTITY.test(name)) || 'resourceCharacteristic' in value)
    return [value];
  return Object.values(value).flatMap(devicesIn);
};

const readDevice = (leaves: readonly Leaf[], olt: OltFacts, used: Set<number>): Draft => {
  const draft = newDraft();
  for (const leaf of leaves) {
    // Kea answers "hw-address"; NetBox has the slug and the display of each name besides.
    if (/^(?:slug|display|url|id)$/.test(leaf.path.at(-1) ?? '') && leaf.path.length > 1) continue;
    const meaning = meaningOfLeaf(leaf);
    if (meaning && addNamed(draft, meaning.named, meaning.name, leaf.value, leaf.line, olt))
      used.add(leaf.line.number);
  }
  return finish(draft);
};

/**
 * Records of inventories and controllers: TMF639 resources, NetBox devices, lists of ONUs, leases
 * of Kea.
 */
export const jsonRecords: Source = {
  name: 'json',
  read(lines, olt) {
    const documents = jsonDocuments(lines);
    if (!documents) return undefined;
    const used = new Set<number>();
    const drafts = documents.flatMap(({ value, lines: of }) => {
      const devices = devicesIn(value);
      return (devices.length > 0 ? devices : [value]).map((device) =>
        readDevice(leavesOf(device, of), olt, used),
      );
    });
    return { drafts, used };
  },
};
