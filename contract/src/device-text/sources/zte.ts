import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { addModel } from '../core/add-named.ts';
import { addCandidate, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { readNamedLines } from '../core/named-lines.ts';
import { addPort } from '../core/port-candidate.ts';
import type { Source } from '../core/source.ts';
import { readMac, readSerial } from '../core/values.ts';

const PON = `(?:xg|xgs)?[egx]?pon`;
const PLACE = String.raw`${PON}[_-](?:onu|olt)[-_]\d+\/\d+\/\d+(?::\d+)?`;
const ONU = new RegExp(String.raw`\b${PON}[_-]onu[-_]\d+\/\d+\/\d+:\d+`, 'i');
/** A row's first word: an ONU, a PON port, or the ONU without its name, `1/2/1:4`. */
const ROW = new RegExp(String.raw`^(?:${PLACE}|\d+\/\d+\/\d+:\d+)$`, 'i');
const INTERFACE = new RegExp(
  String.raw`^\s*(?:ONU interface\s*:|interface|pon-onu-mng)\s*(?<place>${PLACE})`,
  'i',
);
/** A command behind a prompt: its ONU is the one of the output. */
const COMMAND = new RegExp(
  String.raw`#\s*sh\w*\s.*\b(?<place>${PON}[_-]onu[-_]\d+\/\d+\/\d+:\d+)`,
  'i',
);
/** `show gpon onu by sn ZTEGC1234567`. */
const BY_SERIAL = /\bonu by sn (?<serial>\S+)/i;
/** `  onu 3 type ZTE-F660 sn ZTEGC1234567` below `interface gpon-olt_1/2/1`. */
const ONU_LINE = /^\s*onu (?<onu>\d+) type (?<model>\S+) sn (?<serial>\S+)/i;
const UNREGISTERED = /\b(?:unknown|unconfigured|uncfg)\b/i;
/** The column for authentication of an ONU that is registered, whatever its state. */
const AUTHENTICATED = /\bSN[:(]/i;
/** Behind the ONU's type there is how it is authenticated. */
const AUTHENTICATION = /^(?:sn|pw|loid|mac|sn-pw|loid-pw)$/i;
const TYPE_WORD = /^(?:ZTE-|F[4678]|G)[\w.-]*\d[\w.-]*$/i;
const MAC_WORD = /^[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}$/i;
/** Headings of the tables. */
const HEADING = /^\s*(?:O(?:nu|lt)Index\b|SearchResult)/i;

const withZte = ({ ports }: OltFacts): OltFacts => ({ manufacturer: 'ZTE', ports });

const placeIn = (text: string): string | undefined =>
  (INTERFACE.exec(text) ?? COMMAND.exec(text))?.groups?.place;

const readPlace = (draft: Draft, line: Line, olt: OltFacts): boolean => {
  const place = placeIn(line.text);
  return place !== undefined && addPort(draft, place, line, olt);
};

/**
 * `show gpon onu detail-info`, `show gpon remote-onu …`, and configuration of one ONU: a line names
 * the ONU, the others follow.
 */
export const zteOnuDetail: Source = {
  name: 'zte-onu-detail',
  read(lines, facts) {
    const isOne = lines.some(({ text }) => INTERFACE.test(text) || COMMAND.test(text));
    if (!isOne || lines.some(({ text }) => ONU_LINE.test(text) || isRow(text))) return undefined;
    const olt = withZte(facts);
    return readNamedLines(lines, {
      olt,
      names: {
        type: { field: 'model', weight: 3 },
        onuinterface: { field: 'port', weight: 3 },
        version: 'never',
      },
      startsDevice: ({ text }, draft) => {
        const place = placeIn(text);
        const known = draft.candidates.find(({ field }) => field === 'port')?.lines[0];
        return place !== undefined && known !== undefined && placeIn(known.text) !== place;
      },
      read: (draft, { line }) => readPlace(draft, line, olt) || undefined,
      readOther: (draft, line) => readPlace(draft, line, olt),
    });
  },
};

const isRow = (text: string): boolean => {
  const [first = '', second] = text.trim().split(/\s+/, 2);
  return MAC_WORD.test(first) || (second !== undefined && ROW.test(first) && ONU.test(first));
};

/** `SN:ZTEGC1234567` and `SN(ZTEGC1234567)` of the columns for authentication. */
const serialIn = (word: string): string | undefined =>
  readSerial(word.replace(/^SN[:(]/i, '').replace(/\)$/, ''));

/**
 * A row of a table with the ONU's place first: `gpon-onu_1/2/1:1  ZTE-F660  sn  SN:ZTEGC1234567
 * ready`.
 */
const readRow = (line: Line, olt: OltFacts): Draft | undefined => {
  const [place = '', ...words] = line.text.trim().split(/\s+/);
  if (!ROW.test(place) || words.length === 0) return undefined;
  const draft = newDraft();
  // An ONU that is not registered has a place in the list, but no id on the port.
  if (AUTHENTICATED.test(line.text) || !UNREGISTERED.test(line.text))
    addPort(draft, place, line, olt);
  const [type = '', mode = ''] = words;
  if (AUTHENTICATION.test(mode) && /\d/.test(type)) addModel(draft, type, line);
  for (const word of words) {
    // Behind the serial number there are a password and a state.
    if (addCandidate(draft, 'serialNumber', serialIn(word), line)) break;
    if (TYPE_WORD.test(word)) addModel(draft, word, line);
  }
  return draft;
};

/** A row of `show mac gpon onu`: `3c15.fb00.1234  100  Dynamic  gpon-onu_1/2/3:4  vport 1`. */
const readMacRow = (line: Line, olt: OltFacts): Draft | undefined => {
  const words = line.text.trim().split(/\s+/);
  const place = words.find((word) => ONU.test(word));
  if (!place || !MAC_WORD.test(words[0] ?? '')) return undefined;
  const draft = newDraft();
  addPort(draft, place, line, olt);
  addCandidate(draft, 'macAddress', readMac(words[0] ?? ''), line, {
    meaning: 'learnt behind the ONU',
  });
  return draft;
};

/** A line below `interface gpon-olt_1/2/1`: the ONU with the PON port of the interface. */
const readOnuLine = (line: Line, pon: Pon | undefined, olt: OltFacts): Draft | undefined => {
  const row = ONU_LINE.exec(line.text)?.groups;
  if (!row?.serial) return undefined;
  const draft = newDraft();
  addCandidate(draft, 'serialNumber', readSerial(row.serial), line);
  addModel(draft, row.model, line);
  if (pon) addPort(draft, `${pon.place.replace(/olt/i, 'onu')}:${row.onu}`, [pon.line, line], olt);
  return draft;
};

type Pon = { place: string; line: Line };

/**
 * Tables of ONUs (`show gpon onu baseinfo`, `uncfg`, `state`, `by sn`), and the ONUs below a PON
 * interface.
 */
export const zteOnuTable: Source = {
  name: 'zte-onu-table',
  read(lines, facts) {
    const olt = withZte(facts);
    const isZte =
      lines.some(({ text }) => HEADING.test(text) || ONU.test(text) || INTERFACE.test(text)) ||
      facts.manufacturer === 'ZTE';
    if (!isZte) return undefined;
    const drafts: Draft[] = [];
    let pon: Pon | undefined;
    let serial: { text: string; line: Line } | undefined;
    for (const line of lines) {
      const place = INTERFACE.exec(line.text)?.groups?.place;
      if (place) pon = { place, line };
      const asked = BY_SERIAL.exec(line.text)?.groups?.serial;
      if (asked) serial = { text: asked, line };
      const isFound = serial !== undefined && ROW.test(line.text.trim());
      const draft = readOnuLine(line, pon, olt) ?? readMacRow(line, olt) ?? readRow(line, olt);
      if (draft) drafts.push(draft);
      else if (isFound && serial) {
        const found = newDraft();
        addPort(found, line.text.trim(), line, olt);
        addCandidate(found, 'serialNumber', readSerial(serial.text), serial.line);
        drafts.push(found);
      }
    }
    return drafts.length > 0 ? { drafts, used: new Set() } : undefined;
  },
};
