import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { addModel } from '../core/add-named.ts';
import { addCandidate, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { addPort } from '../core/port-candidate.ts';
import { readRows, type Source } from '../core/source.ts';
import { readSerial } from '../core/values.ts';

const TITLE = /ONU (?:Auth|Unauth|Discovery|State)\w* Table/i;
/** The title of ONUs without authorisation has the PON port; a row begins with its own number. */
const UNAUTHORISED =
  /ONU Unauth\w* Table,? *SLOT *= *(?<slot>\d{1,2}),? *PON *= *(?<pon>\d{1,2})\b/i;
const NEW_ROW = /^\s*\d{1,3}\s+(?<model>[A-Z][\w-]*\d[\w-]*)\s+(?<serial>[A-Z]{4}[0-9A-F]{8})\b/i;
/** `4    3   1   HG6145E  A  1  up  FHTT9d7c9f80`: slot, PON, ONU, model. */
const ROW = /^\s*(?<slot>\d{1,2})\s+(?<pon>\d{1,2})\s+(?<onu>\d{1,3})\s+(?<model>\S+)\s/;
/** `… phy-id FHTT9d7c9f80 … type HG6145E slot 4 pon 3 onu 1`: commands that authorise an ONU. */
const COMMAND = /\b(?:white-?list|authorization|authorize)\b/i;
const PLACE = /\bslot\s+(?<slot>\d+)\s+(?:pon|link)\s+(?<pon>\d+)\s+onu(?:id)?\s+(?<onu>\d+)/i;

const serialIn = (line: Line): string | undefined => {
  for (const word of line.text.split(/[\s,]+/)) {
    const serial = readSerial(word);
    if (serial) return serial;
  }
  return undefined;
};

/** An ONU that is not authorised has no id on its PON port. */
const readNew = (
  line: Line,
  pon: string,
  { model, serial = '' }: Partial<Record<string, string>>,
  olt: OltFacts,
): Draft => {
  const draft = newDraft();
  addPort(draft, pon, line, olt);
  addModel(draft, model, line);
  addCandidate(draft, 'serialNumber', readSerial(serial), line);
  return draft;
};

export const fiberhome: Source = {
  name: 'fiberhome-authorization',
  read(lines, { ports }) {
    const olt = { manufacturer: 'FiberHome', ports };
    const isTable = lines.some(
      ({ text }) => TITLE.test(text) || /\bSlot\s+Pon\s+Onu\b/i.test(text),
    );
    let pon: string | undefined;
    return readRows(lines, (line) => {
      const title = UNAUTHORISED.exec(line.text)?.groups;
      if (title) pon = `slot ${title.slot} pon ${title.pon}`;
      const fresh = pon === undefined ? undefined : NEW_ROW.exec(line.text)?.groups;
      if (pon !== undefined && fresh) return readNew(line, pon, fresh, olt);
      const row = isTable ? ROW.exec(line.text)?.groups : undefined;
      const place = COMMAND.test(line.text) ? PLACE.exec(line.text)?.groups : undefined;
      const found = row ?? place;
      if (!found) return undefined;
      const draft = newDraft();
      addPort(draft, `${found.slot}/${found.pon}/${found.onu}`, line, olt);
      addCandidate(draft, 'model', row?.model ?? /\btype\s+(\S+)/i.exec(line.text)?.[1], line);
      addCandidate(draft, 'serialNumber', serialIn(line), line);
      return draft;
    });
  },
};
