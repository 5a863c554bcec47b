/**
 * The only code that turns text of devices, OLTs, logs, labels and spreadsheets into field values.
 * It is pure, and runs in the browser and in the service. It takes a value only where its meaning
 * is certain; otherwise the answer has a choice.
 */
import type { Cpe } from '../cpe.ts';
import type { OltFacts } from '../fields/ports/read-port-text.ts';
import { cleanText } from './core/decode.ts';
import type { DeviceReading } from './core/reading.ts';
import { isDecoration, type SourceReading } from './core/source.ts';
import { rankDevices } from './rank.ts';
import { sources } from './sources/index.ts';

/** The facts about the line for which the text is read. */
export type DeviceTextFacts = { olt: OltFacts; recorded: Cpe | null };

const NOTHING: SourceReading = { drafts: [], used: new Set() };

const isEmpty = ({ drafts }: SourceReading): boolean =>
  drafts.every(({ candidates, notes }) => candidates.length === 0 && notes.length === 0);

/** Reads a text with the facts of a line. Never throws, whatever the text. */
export const readDeviceText = (text: string, { olt, recorded }: DeviceTextFacts): DeviceReading => {
  const { lines, dropped } = cleanText(text);
  let found: { name: string; reading: SourceReading } = { name: 'nothing', reading: NOTHING };
  for (const { name, read } of sources) {
    const reading = read(lines, olt);
    if (!reading || isEmpty(reading)) continue;
    found = { name, reading };
    break;
  }
  const { drafts, used } = found.reading;
  const unread = lines
    .filter((line) => !used.has(line.number) && !isDecoration(line.text))
    .map(({ number, text: content }) => ({ line: number, text: content.trim() }));
  return { source: found.name, ...rankDevices(drafts, recorded), unread, dropped };
};
