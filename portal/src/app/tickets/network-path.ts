import { type NetworkElement, networkElementKinds, requiredElementKinds } from '@cpe-desk/contract';
import { elementWords } from '../shell/words.ts';

/** A stop on the line's path, and where it is drawn. A missing one is needed for an update and not recorded. */
export type PathStop = { words: string; x: number; missing: boolean };

/** Width of a drawn stop, and of a stop with the line to the next one. */
export const STOP = 76;
export const STRIDE = 106;

/** The path from the OLT to the CPE: the kinds that are recorded, and those that an update needs. */
export const networkPath = (elements: readonly NetworkElement[]): PathStop[] =>
  networkElementKinds
    .map((kind) => ({ kind, recorded: elements.some((element) => element.kind === kind) }))
    .filter(({ kind, recorded }) => recorded || requiredElementKinds.some((required) => required === kind))
    .map(({ kind, recorded }, index) => ({
      words: elementWords[kind],
      x: 2 + index * STRIDE,
      missing: !recorded,
    }));

/** The path in one sentence, for those who do not see it. */
export const pathWords = (path: readonly PathStop[]): string =>
  `Path: ${path.map(({ words, missing }) => (missing ? `${words} (not recorded)` : words)).join(', ')}`;
