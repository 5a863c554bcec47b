import { formatPort } from '@cpe-desk/contract';
import type { NetworkElementRecord } from '../../../service/src/import/parse-line.ts';
import { type OltModel, oltModels } from './devices.ts';
import { oltId, splitterId } from './ids.ts';
import { placeName } from './names.ts';

export const DEMO_OLTS = 300;
const SPLITTERS_PER_OLT = 2;

const oltModel = (olt: number): OltModel => {
  const model = oltModels[(olt - 1) % oltModels.length];
  if (!model) throw new RangeError(`There is no OLT ${olt}`);
  return model;
};

const initials = (place: string): string => place.replaceAll(/(\w)\w*\s?/g, '$1').toUpperCase();

/** All OLTs, each with its splitters. */
export const demoNetwork = (): NetworkElementRecord[] =>
  Array.from({ length: DEMO_OLTS }, (_, index) => oltWithSplitters(index + 1)).flat();

const oltWithSplitters = (olt: number): NetworkElementRecord[] => {
  const { manufacturer, model, ports } = oltModel(olt);
  const site = `${initials(placeName(olt))}${`${olt}`.padStart(3, '0')}`;
  const splitters = Array.from({ length: SPLITTERS_PER_OLT }, (_, index) => ({
    type: 'networkElement' as const,
    id: splitterId(olt, index + 1),
    kind: 'SPLITTER' as const,
    name: `${site} cabinet ${index + 1}, 1:32`,
    manufacturer: null,
    model: null,
    oltPorts: null,
  }));
  const name = `${site}-OLT-01`;
  return [
    { type: 'networkElement', id: oltId(olt), kind: 'OLT', name, manufacturer, model, oltPorts: ports },
    ...splitters,
  ];
};

/** Lines on one PON port: as many as its splitter has ends. */
const LINES_PER_PORT = 32;
/** Shares no factor with the number of seats on any of the OLTs, so that no seat comes twice. */
const STRIDE = 37;

/** The path of the OLT's `count`-th line (from 0) as far as the splitter, and the port that this line has alone. */
export const attach = (olt: number, count: number): { path: string[]; port: string } => {
  const { frames, slots, ports, onuIds } = oltModel(olt).ports;
  const [portCount, slotCount] = [ports[1] - ports[0] + 1, slots[1] - slots[0] + 1];
  const seat = ((olt + count) * STRIDE) % (portCount * slotCount * LINES_PER_PORT);
  const port = formatPort({
    frame: frames[0],
    slot: slots[0] + (Math.floor(seat / portCount) % slotCount),
    port: ports[0] + (seat % portCount),
    onuId: onuIds[0] + 1 + Math.floor(seat / (portCount * slotCount)),
  });
  return { path: [oltId(olt), splitterId(olt, 1 + (count % SPLITTERS_PER_OLT))], port };
};
