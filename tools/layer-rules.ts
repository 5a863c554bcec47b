import { dirname, join, normalize } from 'node:path';
import type { Arrows } from './layers.ts';

/** A source file: its path below the root, and its text. */
export type Source = { path: string; text: string };

const IMPORT = /\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g;

/** The files of the same root that a file imports, type-only imports included. */
const importsOf = ({ path, text }: Source): string[] =>
  [...text.matchAll(IMPORT)]
    .map(([, target = '']) => normalize(join(dirname(path), target)))
    .filter((target) => !target.startsWith('..'));

/** A circle in a graph, as its nodes in order; undefined where there is none. */
const circleIn = (graph: ReadonlyMap<string, readonly string[]>): string[] | undefined => {
  const done = new Set<string>();
  const walk = (node: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const circle = walk(next, [...path, node]);
      if (circle) return circle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const circle = walk(node, []);
    if (circle) return circle;
  }
  return undefined;
};

/** `*` is the folder of the files at the top that have no name of their own in the rules. */
const folderOf = (path: string, folders: readonly string[]): string | undefined =>
  folders
    .filter((folder) => path === folder || path.startsWith(`${folder}/`))
    .toSorted((a, b) => b.length - a.length)[0] ??
  (path.includes('/') || !folders.includes('*') ? undefined : '*');

/** Imports that break the arrows between folders, unused arrows, and circles. */
export const findLayerFaults = (sources: readonly Source[], arrows: Arrows): string[] => {
  const faults: string[] = [];
  const folders = Object.keys(arrows);
  const used = new Set<string>();
  for (const source of sources) {
    const from = folderOf(source.path, folders);
    if (!from) {
      faults.push(`${source.path} is in no folder of the layers`);
      continue;
    }
    for (const target of importsOf(source)) {
      const to = folderOf(target, folders);
      if (!to || to === from) continue;
      used.add(`${from} -> ${to}`);
      if (!arrows[from]?.includes(to))
        faults.push(`${source.path} imports ${target}: ${from} may not use ${to}`);
    }
  }
  for (const [from, targets] of Object.entries(arrows))
    for (const to of targets)
      if (!used.has(`${from} -> ${to}`)) faults.push(`${from} -> ${to} is not used`);
  const circles = [
    circleIn(new Map(sources.map((source) => [source.path, importsOf(source)]))),
    circleIn(new Map(Object.entries(arrows))),
  ];
  for (const circle of circles) if (circle) faults.push(`circle: ${circle.join(' -> ')}`);
  return faults;
};
