import type { ImportRecord } from '../../../service/src/import/record.ts';
import { lineId } from './ids.ts';
import { demoLine, hasStaleCorpData, isBroken, lineNumbers } from './lines.ts';
import { demoNetwork } from './network.ts';
import { seededRandom } from './random.ts';
import { BROKEN_SCENARIO_LINES, STALE_CORP_DATA_LINE, scenarioRecords } from './scenarios.ts';
import { demoTicket, ticketNumbers } from './tickets.ts';

const SEED = 2026;

/** Everything in the demo, as an import file would say it, the same at each call. */
export const demoRecords = (): ImportRecord[] => {
  const random = seededRandom(SEED);
  const scenarios = scenarioRecords();
  return [
    ...demoNetwork(),
    ...scenarios.lines,
    ...lineNumbers.flatMap((number) => demoLine(number, random)),
    ...scenarios.tickets,
    ...ticketNumbers.map((number) => demoTicket(number, random)),
  ];
};

const idsWhere = (holds: (number: number) => boolean): string[] =>
  lineNumbers.filter(holds).map(lineId);

/** The lines whose recorded CPE breaks a rule for new values; no other CPE of the demo does. */
export const brokenLines = (): string[] => [...BROKEN_SCENARIO_LINES, ...idsWhere(isBroken)];

/** The lines whose corp-data temp record differs from their CPE, if they have one. */
export const staleCorpDataLines = (): string[] => [
  STALE_CORP_DATA_LINE,
  ...idsWhere(hasStaleCorpData),
];
