import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findLayerFaults, type Source } from './layer-rules.ts';
import { type Arrows, contractArrows, demoArrows, portalArrows, serviceArrows } from './layers.ts';

// Part of `npm run check`: imports follow the layers, and no files or folders form a circle.
const readSources = async (root: string): Promise<Source[]> => {
  const sources: Source[] = [];
  for await (const path of glob('**/*.ts', { cwd: root }))
    if (!/\.test\.ts$|\/testing\//.test(path))
      sources.push({ path, text: await readFile(join(root, path), 'utf8') });
  if (sources.length === 0) throw new Error(`${root} has no source: nothing was checked`);
  return sources;
};

const roots: readonly (readonly [root: string, arrows: Arrows])[] = [
  ['contract/src', contractArrows],
  ['service/src', serviceArrows],
  ['demo/src', demoArrows],
  ['portal/src/app', portalArrows],
];
for (const [root, arrows] of roots) {
  const faults = findLayerFaults(await readSources(join(import.meta.dirname, '..', root)), arrows);
  for (const fault of faults) console.error(`${root}: ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}
