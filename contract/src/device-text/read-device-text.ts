/**
 * The only code that turns text of devices, OLTs, logs, labels and spreadsheets into field values.
 * It is pure, and runs in the browser and in the service. It takes a value only where its meaning
 * is certain; otherwise the answer has a choice.
 */
import type { Cpe } from '../cpe.ts';
import type { OltFacts } from '../fields/ports/read-port-text.ts';
import { cleanText, numbersOf, repairDecoding } from './core/decode.ts';
import { withoutFrames, withoutMarkup } from './core/markup.ts';
import { doubtOthersPorts } from './core/port-candidate.ts';
import type { DeviceReading, ReadNote } from './core/reading.ts';
import { isDecoration, type SourceReading } from './core/source.ts';
import { rankDevices } from './rank.ts';
import { sources } from './sources/index.ts';

/** The facts about the line for which the text is read. */
export type DeviceTextFacts = { olt: OltFacts; recorded: Cpe | null };

const ENCODING_GUESSED: ReadNote = {
  code: 'encoding-guessed',
  pointer: '',
  detail: 'The text was decoded wrongly before it was pasted; check letters beyond A to Z',
};

const NOTHING: SourceReading = { drafts: [], used: new Set() };

const isEmpty = ({ drafts }: SourceReading): boolean =>
  drafts.every(({ candidates, notes }) => candidates.length === 0 && notes.length === 0);

/** Reads a text with the facts of a line. Never throws, whatever the text. */
export const readDeviceText = (text: string, { olt, recorded }: DeviceTextFacts): DeviceReading => {
  const repaired = repairDecoding(text);
  const { lines: all, dropped } = cleanText(repaired ?? text);
  const lines = withoutFrames(withoutMarkup(all));
  let found: { name: string; reading: SourceReading } = { name: 'nothing', reading: NOTHING };
  for (const { name, read } of sources) {
    const reading = read(lines, olt);
    if (!reading || isEmpty(reading)) continue;
    found = { name, reading };
    break;
  }
  const { drafts } = found.reading;
  for (const draft of drafts) doubtOthersPorts(draft, olt);
  const candidates = drafts.flatMap((draft) => draft.candidates);
  const used = new Set([
    ...found.reading.used,
    ...candidates.flatMap((candidate) => candidate.lines.flatMap(numbersOf)),
  ]);
  const inText = (number: number) => ({ line: number, text: all[number - 1]?.text.trim() ?? '' });
  const content = lines.filter((line) => !isDecoration(line.text)).flatMap(numbersOf);
  const unread = [...new Set(content)].filter((number) => !used.has(number)).map(inText);
  const ranked = rankDevices(drafts, recorded, (line) => numbersOf(line).map(inText));
  return {
    source: found.name,
    ...ranked,
    notes: repaired === undefined ? ranked.notes : [ENCODING_GUESSED, ...ranked.notes],
    unread,
    dropped,
  };
};
