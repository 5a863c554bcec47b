import { formatPort } from '@cpe-desk/contract';
import type { NetworkElementRecord } from '../../../service/src/import/record.ts';
import { type OltModel, oltModels } from './devices.ts';
import { oltId, range, splitterId } from './ids.ts';
import { places } from './names.ts';

export const DEMO_OLTS = 300;
const SPLITTERS_PER_OLT = 2;

const oltModel = (olt: number): OltModel => {
  const model = oltModels[(olt - 1) % oltModels.length];
  if (!model) throw new RangeError(`The demo has no OLT ${olt}`);
  return model;
};

/** Such as `TMP004`: the initials of the OLT's place, and its number. */
const siteName = (olt: number): string =>
  `${places[olt]?.replaceAll(/(\w)\w*\s?/g, '$1').toUpperCase()}${`${olt}`.padStart(3, '0')}`;

const splitter = (olt: number, number: number): NetworkElementRecord => ({
  type: 'networkElement',
  id: splitterId(olt, number),
  kind: 'SPLITTER',
  name: `${siteName(olt)} cabinet ${number}, 1:32`,
  ...{ manufacturer: null, model: null, oltPorts: null },
});

const oltWithSplitters = (olt: number): NetworkElementRecord[] => {
  const { manufacturer, model, ports: oltPorts } = oltModel(olt);
  const name = `${siteName(olt)}-OLT-01`;
  return [
    { type: 'networkElement', id: oltId(olt), kind: 'OLT', name, manufacturer, model, oltPorts },
    ...range(1, SPLITTERS_PER_OLT).map((number) => splitter(olt, number)),
  ];
};

/** All OLTs, each with its splitters. */
export const demoNetwork = (): NetworkElementRecord[] =>
  range(1, DEMO_OLTS).flatMap(oltWithSplitters);

/** Lines on one PON port: as many as its splitter has ends. */
const LINES_PER_PORT = 32;
/** Shares no factor with the number of seats on any of the OLTs, so that no seat comes twice. */
const STRIDE = 37;

/** The path of the OLT's `count`-th line (from 0) as far as the splitter, and a port of its own. */
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
