import { hasControlCharacter, type OltFacts, withoutHidden } from '@cpe-desk/contract';
import { z } from 'zod';
import { type RowFault, shown } from './fault.ts';
import { readPort } from './read-device-value.ts';
import { type ImportRecord, type Members, members, recordSchema } from './record.ts';

/** The OLTs that are known so far, by id. */
export type Olts = Map<string, OltFacts>;

export type ReadRecord =
  | { ok: true; record: ImportRecord; unknown: string[] }
  | { ok: false; faults: RowFault[] };

const pathSchema = z.array(z.coerce.string());

const memberAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined,
    value,
  );

const OLT_PORTS = 'Give frames, slots, ports and onuIds, each as [first, last]';

const faultOf = (value: unknown, { path, message, ...issue }: z.core.$ZodIssue): RowFault => {
  const given = memberAt(value, path);
  const member = path.map(String).join('.');
  const right =
    path[0] === 'oltPorts' && given !== null && !message.startsWith('Only') ? OLT_PORTS : message;
  if (given === undefined)
    return { kind: 'missing-member', text: `${member} is missing: ${right}` };
  const params = 'params' in issue ? issue.params : undefined;
  const kind = typeof params?.kind === 'string' ? params.kind : 'wrong-value';
  return { kind, text: `${member} ${shown(given)}: ${right}` };
};

/** The members of an object that nothing reads, as `cpe.colour`. */
const unknownIn = (value: object, known: Members, prefix = ''): string[] =>
  Object.entries(value).flatMap(([name, inner]) => {
    const inside = Object.hasOwn(known, name) ? known[name] : undefined;
    if (inside === undefined) return [prefix + name];
    const isObject = inside !== true && typeof inner === 'object' && inner !== null;
    return isObject ? unknownIn(inner, inside, `${prefix}${name}.`) : [];
  });

/** The first OLT on a path. */
export const oltOn = (path: readonly string[], olts: Olts): string | null =>
  path.find((id) => olts.has(id)) ?? null;

/** The port of a line, read by its OLT; undefined where other members show no port. */
const portOf = (value: unknown, olts: Olts) => {
  const given = memberAt(value, ['cpe', 'port']);
  if (typeof given !== 'string' || hasControlCharacter(given)) return undefined;
  const path = pathSchema.safeParse(memberAt(value, ['path']));
  if (!path.success) return undefined;
  const olt = olts.get(oltOn(path.data, olts) ?? '');
  return { given, read: readPort(withoutHidden(given), olt) };
};

/** Reads a record: its values in their stored form, or all that is wrong with it. */
export const readRecord = (value: unknown, olts: Olts): ReadRecord => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return {
      ok: false,
      faults: [{ kind: 'not-a-record', text: `${shown(value)}: Give an object` }],
    };
  const parsed = recordSchema.safeParse(value);
  const port = portOf(value, olts);
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => faultOf(value, issue));
  if (port && !port.read.ok)
    faults.push({
      kind: port.read.code,
      text: `cpe.port ${shown(port.given)}: ${port.read.detail}`,
    });
  if (!parsed.success || faults.length > 0) return { ok: false, faults };
  const record = parsed.data;
  if (record.type === 'serviceLine' && record.cpe && port?.read.ok)
    record.cpe.port = port.read.value;
  const unknown = unknownIn(value, members[record.type]);
  return { ok: true, record, unknown: unknown.map((name) => `${record.type}.${name}`) };
};
