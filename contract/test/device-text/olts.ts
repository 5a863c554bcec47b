import type { OltFacts } from '../../src/fields/ports/read-port-text.ts';

type Levels = [first: number, last: number];

/** Frames and slots of an OLT, by its manufacturer. */
const OLTS: Readonly<Record<string, readonly [frames: Levels, slots: Levels]>> = {
  Huawei: [
    [0, 0],
    [0, 17],
  ],
  ZTE: [
    [1, 1],
    [0, 17],
  ],
  Nokia: [
    [1, 1],
    [0, 17],
  ],
  FiberHome: [
    [0, 0],
    [0, 17],
  ],
  VSOL: [
    [0, 0],
    [0, 17],
  ],
  Dasan: [
    [0, 0],
    [1, 1],
  ],
  Datacom: [
    [1, 1],
    [0, 17],
  ],
  Calix: [
    [1, 1],
    [1, 17],
  ],
  Zyxel: [
    [0, 0],
    [1, 1],
  ],
};

/** The facts about an OLT of a manufacturer; the expected readings are for these. */
export const oltOf = (manufacturer: string): OltFacts => {
  const olt = OLTS[manufacturer];
  if (!olt) throw new Error(`${manufacturer} has no OLT here`);
  const [frames, slots] = olt;
  return { manufacturer, ports: { frames, slots, ports: [0, 16], onuIds: [0, 127] } };
};
