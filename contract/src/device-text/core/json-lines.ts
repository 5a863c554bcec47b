/** The leaves of JSON, with their paths and their lines. */
import type { Line } from './decode.ts';

export type Leaf = { path: readonly string[]; value: string; line: Line };

const join = (lines: readonly Line[]): string => lines.map(({ text }) => text).join('\n');

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The values of a document, or of one document a line; undefined where the text is not JSON. */
export const jsonDocuments = (
  lines: readonly Line[],
): { value: unknown; lines: readonly Line[] }[] | undefined => {
  const content = lines.filter(({ text }) => text.trim() !== '');
  if (!/^\s*[{[]/.test(content[0]?.text ?? '')) return undefined;
  const whole = parse(join(lines));
  if (whole !== undefined) return [{ value: whole, lines }];
  const each = content.map((line) => ({ value: parse(line.text), lines: [line] }));
  return each.every(({ value }) => typeof value === 'object' && value !== null) ? each : undefined;
};

/** Finds the line of a member. Members are searched in the order of the document. */
const lineFinder = (lines: readonly Line[]) => {
  const text = join(lines);
  let cursor = 0;
  return (name: string, value: unknown): Line => {
    const sought = `${JSON.stringify(name)}`;
    const from = text.indexOf(sought, cursor);
    const found = from < 0 ? text.indexOf(sought) : from;
    const at = found < 0 ? text.indexOf(JSON.stringify(value)) : found;
    if (from >= 0) cursor = from + sought.length;
    const index = at < 0 ? 0 : (text.slice(0, at).match(/\n/g)?.length ?? 0);
    return lines[index] ?? { number: 1, text: '' };
  };
};

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/**
 * All leaves below a value, in the order of the document. `{ name, value }` pairs count as a
 * member.
 */
export const leavesOf = (value: unknown, lines: readonly Line[]): Leaf[] => {
  const lineOf = lineFinder(lines);
  const walk = (node: unknown, path: readonly string[]): Leaf[] => {
    if (isScalar(node))
      return [{ path, value: String(node), line: lineOf(path.at(-1) ?? '', node) }];
    if (Array.isArray(node)) return node.flatMap((each) => walk(each, path));
    if (typeof node !== 'object' || node === null) return [];
    if ('name' in node && 'value' in node && typeof node.name === 'string' && isScalar(node.value))
      return [
        { path: [...path, node.name], value: String(node.value), line: lineOf('name', node.name) },
      ];
    if ('_value' in node && isScalar(node._value))
      return [{ path, value: String(node._value), line: lineOf(path.at(-1) ?? '', node._value) }];
    return Object.entries(node).flatMap(([name, inner]) => walk(inner, [...path, name]));
  };
  return walk(value, []);
};
