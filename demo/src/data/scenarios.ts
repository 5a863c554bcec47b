import type { IneligibilityReason, TicketStatus } from '@cpe-desk/contract';
import type { ServiceLineRecord, TicketRecord } from '../../../service/src/import/parse-line.ts';
import { macAddress, serialNumber } from './devices.ts';
import { cpeId, DEMO_DAY, lineId, oltId, splitterId, ticketId, ticketNo } from './ids.ts';

type LineChanges = Partial<Omit<ServiceLineRecord, 'type' | 'id' | 'cpe'>> & {
  cpe?: Partial<NonNullable<ServiceLineRecord['cpe']>> | null;
};

/** What is special of one scenario, beside a usual ticket on a usual line of its own. */
type Special = {
  shows: string;
  how: string;
  reasons?: IneligibilityReason[];
  status?: TicketStatus;
  line?: LineChanges;
  /** The ticket is on the line of the scenario before. */
  sameLine?: true;
};

/** A line without a ticket of its own, whose values the scenarios of values in use want to have. */
const NEIGHBOUR = 90;

const usualLine = (number: number): ServiceLineRecord & { cpe: NonNullable<ServiceLineRecord['cpe']> } => ({
  type: 'serviceLine',
  id: lineId(number),
  technology: 'FTTH',
  accessType: 'GPON',
  managedServices: true,
  segmentGroup: 'SME',
  customer: `Kedai Kopi Gemilang, branch ${number}`,
  plan: { downKbps: 300_000, upKbps: 100_000 },
  path: [oltId(1), splitterId(1, 1)],
  cpe: {
    id: cpeId(number),
    name: `CPE of ${lineId(number)}`,
    manufacturer: 'Huawei',
    model: 'HG8245Hv5',
    ipAddress: `10.20.0.${number}`,
    bandwidth: { downKbps: 300_000, upKbps: 100_000 },
    port: `0/1/3:${number}`,
    serialNumber: serialNumber('Huawei', number),
    macAddress: macAddress(number),
  },
});

const neighbour = usualLine(NEIGHBOUR);

const specials: readonly Special[] = [
  {
    shows: 'eligible, GPON',
    how: 'Correct any field and confirm, or confirm without a change: a refresh. Either is applied and in the history.',
  },
  {
    shows: 'eligible, XGS-PON',
    how: 'As above; bandwidth may go up to 9,953,280 kbit/s. 9953281 is refused: `above-line-rate`.',
    line: {
      accessType: 'XGS-PON',
      plan: { downKbps: 2_000_000, upKbps: 1_000_000 },
      cpe: {
        manufacturer: 'Adtran',
        model: 'SDX 622v',
        bandwidth: { downKbps: 2_000_000, upKbps: 1_000_000 },
        serialNumber: serialNumber('Adtran', 2),
      },
    },
  },
  {
    shows: 'a swap',
    how: 'Change the serial number to `HWTC5EC0DE03`: another device, so the kind is `swap`.',
  },
  {
    shows: 'a refresh that mends the corp data',
    how: 'The corp-data record still has half the bandwidth. Confirm without a change: it follows the CPE.',
  },
  {
    shows: 'a closed ticket',
    how: 'Editing is closed; an update is refused: `not-eligible` with `ticket-closed`.',
    status: 'closed',
    reasons: ['ticket-closed'],
  },
  {
    shows: 'a cancelled ticket',
    how: 'As above: cancelled tickets are over, too.',
    status: 'cancelled',
    reasons: ['ticket-closed'],
  },
  {
    shows: 'not FTTH',
    how: 'A line in a building with fibre to the basement (FTTB): `not-eligible` with `not-ftth`.',
    reasons: ['not-ftth'],
    line: { technology: 'FTTB' },
  },
  {
    shows: 'no Managed Services',
    how: '`not-eligible` with `not-managed-services`.',
    reasons: ['not-managed-services'],
    line: { managedServices: false },
  },
  {
    shows: 'a consumer line',
    how: '`not-eligible` with `segment-not-editable`, unless `EDITABLE_SEGMENT_GROUPS` has `CONSUMER`.',
    reasons: ['segment-not-editable'],
    line: { segmentGroup: 'CONSUMER', customer: 'Aminah K., Taman Melur Permai' },
  },
  {
    shows: 'several reasons at once',
    how: 'All four reasons are listed, not only the first.',
    status: 'closed',
    reasons: ['ticket-closed', 'not-ftth', 'not-managed-services', 'segment-not-editable'],
    line: {
      technology: 'FTTB',
      managedServices: false,
      segmentGroup: 'CONSUMER',
      customer: 'Boon Keat T., Desa Kenanga Damai',
    },
  },
  {
    shows: 'two tickets on one line (1 of 2)',
    how: 'Open it beside the next one in two windows. Correct both: the second gets `stale-cpe` with three values a field.',
  },
  {
    shows: 'two tickets on one line (2 of 2)',
    how: 'The same line and CPE as the ticket before. While NIG hangs on one, the other gets `update-in-progress`.',
    sameLine: true,
  },
  {
    shows: 'no OLT on the path',
    how: 'Any update is refused: `no-network-context`, missing `OLT`.',
    line: { path: [] },
  },
  {
    shows: 'no CPE on the line',
    how: 'There is nothing to correct: `no-network-context`, missing `CPE`.',
    line: { cpe: null },
  },
  {
    shows: 'an address in use',
    how: `Set the IP address to \`${neighbour.cpe.ipAddress}\`, which line ${neighbour.id} has: \`value-in-use\`.`,
  },
  {
    shows: 'a port in use',
    how: `Set the port to \`${neighbour.cpe.port}\`, which line ${neighbour.id} has on the same OLT: \`value-in-use\`.`,
  },
  {
    shows: 'a serial number and a MAC in use',
    how: `Set the serial number to \`${neighbour.cpe.serialNumber}\` and the MAC to \`${neighbour.cpe.macAddress}\`, line ${neighbour.id}'s: \`value-in-use\`, both named.`,
  },
  {
    shows: 'a recorded value that breaks a rule',
    how: 'Its address, `192.0.2.7`, is a documentation address. A refresh is refused: `invalid-cpe` with `not-a-host-address`. Correct it to `10.20.0.118`.',
    line: { cpe: { ipAddress: '192.0.2.7' } },
  },
  {
    shows: 'a withdrawn model on record',
    how: 'A refresh is refused: `invalid-cpe` with `withdrawn-model`. Choose `HG8245Hv5`.',
    line: { cpe: { model: 'HG8310M' } },
  },
  {
    shows: 'a warning: above the plan',
    how: 'Set the bandwidth to 500000 down: applied, with the warning `above-plan` (the plan has 300,000 kbit/s).',
  },
  {
    shows: 'a warning: another vendor’s serial number',
    how: 'Confirm without a change: applied, with the warning `vendor-mismatch` (`HWTC` is Huawei, the record says Zyxel).',
    line: { cpe: { manufacturer: 'Zyxel', model: 'PMG1005-T20B' } },
  },
  {
    shows: 'an SME ticket',
    how: 'Sign in as `demo-operator-sme`: this ticket is there.',
  },
  {
    shows: 'an ENTERPRISE ticket',
    how: 'As `demo-operator-sme` it does not exist: `ctt-not-found`. Everyone else sees it.',
    line: { segmentGroup: 'ENTERPRISE', customer: 'Samudera Logistik Berhad' },
  },
];

/** A ticket that leads to one outcome by hand; `reasons` is its eligibility with the default policy. */
export type DemoScenario = {
  ticketId: string;
  ticketNo: string;
  serviceLineId: string;
  shows: string;
  how: string;
  reasons: readonly IneligibilityReason[];
};

const lineNumber = (index: number): number => index + (specials[index]?.sameLine ? 0 : 1);

/** All scenarios; their ids stay as they are. */
export const demoScenarios: readonly DemoScenario[] = specials.map(({ shows, how, reasons = [] }, index) => ({
  ticketId: ticketId(index + 1),
  ticketNo: ticketNo(index + 1),
  serviceLineId: lineId(lineNumber(index)),
  shows,
  how,
  reasons,
}));

const changed = (
  line: ReturnType<typeof usualLine>,
  { cpe, ...changes }: LineChanges,
): ServiceLineRecord => ({
  ...line,
  ...changes,
  cpe: cpe === null ? null : { ...line.cpe, ...cpe },
});

const MINUTE_MS = 60_000;

/** The tickets were opened last, the first scenario's as the very last: newest first, they begin the list. */
const ticketOf = ({ status = 'inProgress', shows }: Special, index: number): TicketRecord => ({
  type: 'ticket',
  id: ticketId(index + 1),
  ticketNo: ticketNo(index + 1),
  status,
  title: `Demo: ${shows}`,
  openedAt: new Date(DEMO_DAY.getTime() + (8 * 60 - index) * MINUTE_MS).toISOString(),
  serviceLineId: lineId(lineNumber(index)),
});

/** The lines and tickets of the scenarios. */
export const scenarioRecords = (): [lines: ServiceLineRecord[], tickets: TicketRecord[]] => {
  const lines = specials.flatMap(({ line = {}, sameLine }, index) =>
    sameLine ? [] : [changed(usualLine(index + 1), line)],
  );
  return [[...lines, neighbour], specials.map(ticketOf)];
};

/** Of scenario "a refresh that mends the corp data". */
export const STALE_CORP_DATA_LINE = lineId(4);
/** Of the scenarios whose recorded CPE breaks a rule. */
export const BROKEN_SCENARIO_LINES = [lineId(18), lineId(19)];
