/** Candidates for the port of the OLT: a text, or levels that have lines of their own. */
import { fillLevels, type PortLevels } from '../../fields/ports/grammar.ts';
import { formatPort, missingPortDetail, type Port } from '../../fields/ports/port.ts';
import { grammarOf, type OltFacts, readPortText } from '../../fields/ports/read-port-text.ts';
import { addCandidate, addNote, type Draft } from './candidate.ts';
import type { Line } from './decode.ts';
import { makerOf } from './makers.ts';
import type { PortLevel } from './names.ts';

type Options = { weight?: number; meaning?: string };

const addPortOf = (
  draft: Draft,
  { port, spelling }: { port: Port; spelling?: string | undefined },
  line: Line | readonly Line[],
  options: Options = {},
): boolean => addCandidate(draft, 'port', formatPort(port), line, { ...options, spelling });

/** Adds a port of the OLT, or a note of the missing level. */
export const addPort = (
  draft: Draft,
  text: string,
  line: Line | readonly Line[],
  olt: OltFacts,
  options: Options = {},
): boolean => {
  const reading = readPortText(text, olt);
  if (!reading) return false;
  if (reading.kind === 'port') return addPortOf(draft, reading, line, options);
  if (reading.kind === 'pon-port') {
    draft.ponPorts.push({ text: text.trim(), lines: [line].flat() });
    return addNote(draft, {
      code: 'port-needs-onu',
      field: 'port',
      detail: `${text.trim()} is a PON port; give the ONU on it as well`,
    });
  }
  return addNote(draft, {
    code: 'port-needs-level',
    field: 'port',
    detail: `${text.trim()} names no ${reading.level}, of which the OLT has several`,
  });
};

/** Whether a text of no name is a port: one that the OLT may have, or one in a maker's words. */
export const mayBePort = (text: string, olt: OltFacts): boolean => {
  const reading = readPortText(text, olt);
  if (reading?.kind !== 'port') return reading !== undefined;
  const isInWords = reading.spelling !== undefined && /^\p{L}/u.test(text);
  return isInWords || missingPortDetail(reading.port, olt.ports, null) === undefined;
};

/** Slot and PON port of element managers (TL1): `NA-NA-4-3`, `1-1-4-3`. */
const SLOT_AND_PON = /^(?:(?:NA|\d{1,2})-){1,2}(?<slot>\d{1,2})-(?<pon>\d{1,2})$/i;

/** Keeps one level of the port: `Slot: 1`. It is a value only with the others. */
export const addLevel = (draft: Draft, level: PortLevel, text: string, line: Line): false => {
  const both = level === 'pon' ? SLOT_AND_PON.exec(text)?.groups : undefined;
  if (both?.slot && both.pon) {
    keepLevel(draft, 'slot', both.slot, line);
    keepLevel(draft, 'pon', both.pon, line);
  } else keepLevel(draft, level, text, line);
  return false;
};

const keepLevel = (draft: Draft, level: PortLevel, text: string, line: Line): void => {
  if (!/^\d{1,4}$/.test(text)) return;
  const known = draft.levels[level];
  // Two values of one level are two ports, and nothing says which levels belong together.
  const isOther = known !== undefined && known.value !== Number(text);
  draft.levels[level] = { value: isOther ? Number.NaN : Number(text), line };
};

/** A PON port, and its ONU on a line of its own: `PON 0/1/3`, `ONU ID: 12`. */
const joinPonPort = (draft: Draft, olt: OltFacts): boolean => {
  const { onu } = draft.levels;
  const [pon, ...others] = draft.ponPorts;
  if (!pon || !onu || Number.isNaN(onu.value)) return false;
  if (others.some(({ text }) => text !== pon.text)) return false;
  const port = [':', '/']
    .map((mark) => readPortText(`${pon.text}${mark}${onu.value}`, olt))
    .find((reading) => reading?.kind === 'port');
  const lines = [...new Set([...pon.lines, onu.line])];
  return port?.kind === 'port' && addPortOf(draft, port, lines);
};

/**
 * A port of which each level, or the ONU alone, had a line of its own. The OLT's only frame may be
 * left out.
 */
export const finishLevels = (draft: Draft, olt: OltFacts): void => {
  if (draft.candidates.some(({ field }) => field === 'port') || joinPonPort(draft, olt)) return;
  const { frame, slot, pon, onu } = draft.levels;
  if (!pon || !onu) return;
  // Only Dasan has no slots in its ports.
  if (!slot && grammarOf(olt.manufacturer)?.name !== 'dasan') return;
  if ([frame, slot, pon, onu].some((level) => Number.isNaN(level?.value))) return;
  const levels: PortLevels = { port: pon.value, onuId: onu.value };
  if (slot) levels.slot = slot.value;
  if (frame) levels.frame = frame.value;
  const port = fillLevels(levels, olt.ports);
  const lines = [frame, slot, pon, onu].flatMap((level) => (level ? [level.line] : []));
  const spelling = grammarOf(olt.manufacturer)?.name;
  if (typeof port !== 'string' && olt.ports)
    addPortOf(draft, { port, spelling }, [...new Set(lines)]);
};

/**
 * A port in the spelling of another manufacturer than that of the line's OLT is of another OLT, or
 * its levels mean something else: a person has to say.
 */
export const doubtOthersPorts = (draft: Draft, { manufacturer }: OltFacts): void => {
  const own = grammarOf(manufacturer)?.name;
  for (const candidate of draft.candidates) {
    const { field, spelling } = candidate;
    if (field !== 'port' || !own || !spelling || spelling === own) continue;
    candidate.isDoubtful = true;
    addNote(draft, {
      code: 'port-of-another-maker',
      field: 'port',
      detail: `The port is written as an OLT of ${makerOf(spelling) ?? spelling} writes it; the line’s OLT is of ${manufacturer}`,
    });
  }
};
