import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { addCandidate, addPort, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { readNamedLines } from '../core/named-lines.ts';
import type { Source } from '../core/source.ts';
import { readSerial } from '../core/values.ts';

const ONU = /\b[egx]?pon[_-]onu[-_]\d+\/\d+\/\d+:\d+/i;
const INTERFACE = /^\s*(?:ONU interface\s*:|interface)\s*(?<place>\S*pon[_-](?:onu|olt)[-_]\S+)/i;
/** `  onu 3 type ZTE-F660 sn ZTEGC1234567` below `interface gpon-olt_1/2/1`. */
const ONU_LINE = /^\s*onu (?<onu>\d+) type (?<model>\S+) sn (?<serial>\S+)/i;
const UNREGISTERED = /\b(?:unknown|unconfigured|uncfg)\b/i;
const TYPE_WORD = /^(?:ZTE-|F6|F4|F7|F8|G)[\w.-]*\d[\w.-]*$/i;

const withZte = ({ ports }: OltFacts): OltFacts => ({ manufacturer: 'ZTE', ports });

/**
 * `show gpon onu detail-info`, and configuration of one ONU: a line names the ONU, the others
 * follow.
 */
export const zteOnuDetail: Source = {
  name: 'zte-onu-detail',
  read(lines, facts) {
    if (
      !lines.some(({ text }) => /^\s*(?:ONU interface\s*:|interface\s+\S*pon[_-]onu)/i.test(text))
    )
      return undefined;
    const olt = withZte(facts);
    return readNamedLines(lines, {
      olt,
      names: {
        type: { field: 'model', weight: 3 },
        onuinterface: { field: 'port', weight: 4 },
        name: 'never',
        description: 'never',
      },
      startsDevice: ({ text }, draft) => INTERFACE.test(text) && draft.candidates.length > 0,
      read: (draft, { line, plain }) =>
        plain === 'onuinterface'
          ? undefined
          : plain.startsWith('interface')
            ? readOther(draft, line, olt)
            : undefined,
      readOther: (draft, line) => readOther(draft, line, olt),
    });
  },
};

const readOther = (draft: Draft, line: Line, olt: OltFacts): boolean => {
  const place = INTERFACE.exec(line.text)?.groups?.place;
  return place !== undefined && addPort(draft, place, line, olt);
};

/**
 * A row of a table with the ONU's place first: `gpon-onu_1/2/1:1  ZTE-F660  sn  SN:ZTEGC1234567
 * ready`.
 */
const readRow = (line: Line, olt: OltFacts): Draft | undefined => {
  const words = line.text.trim().split(/\s+/);
  if (!words[0] || !ONU.test(words[0])) return undefined;
  const draft = newDraft();
  // An ONU that is not registered has a place in the list, but no id on the port.
  if (!UNREGISTERED.test(line.text)) addPort(draft, words[0], line, olt);
  for (const word of words.slice(1)) {
    if (
      !addCandidate(draft, 'serialNumber', readSerial(word.replace(/^SN:/i, '')), line) &&
      TYPE_WORD.test(word)
    )
      addCandidate(draft, 'model', word, line);
  }
  return draft;
};

/**
 * Tables of ONUs (`show gpon onu baseinfo`, `uncfg`, `state`), and the ONUs below a PON interface.
 */
export const zteOnuTable: Source = {
  name: 'zte-onu-table',
  read(lines, facts) {
    const olt = withZte(facts);
    const drafts: Draft[] = [];
    const used = new Set<number>();
    let pon: { place: string; line: Line } | undefined;
    for (const line of lines) {
      const place = INTERFACE.exec(line.text)?.groups?.place;
      if (place) pon = { place, line };
      const row = ONU_LINE.exec(line.text)?.groups;
      const draft = row ? newDraft() : readRow(line, olt);
      if (!draft) continue;
      if (row?.serial) {
        addCandidate(draft, 'serialNumber', readSerial(row.serial), line);
        addCandidate(draft, 'model', row.model, line);
        if (pon) {
          addPort(draft, `${pon.place.replace(/olt/i, 'onu')}:${row.onu}`, [pon.line, line], olt);
          used.add(pon.line.number);
        }
      }
      used.add(line.number);
      drafts.push(draft);
    }
    return drafts.length > 0 ? { drafts, used } : undefined;
  },
};
