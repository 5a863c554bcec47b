import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import {
  addAddress,
  addCandidate,
  addNamed,
  addPort,
  type Draft,
  newDraft,
} from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { readNamedLines } from '../core/named-lines.ts';
import { meaningOf } from '../core/names.ts';
import { readRates } from '../core/rates.ts';
import { readRows, type Source } from '../core/source.ts';
import { isNothing, readAddress, readMac, readSerial } from '../core/values.ts';

/** `SN: X, MAC Y, IP Z, port P` in one line: a name, and the word after it. */
const NAME_AND_WORD =
  /(?<name>\b(?:S\/?N|serial(?: ?n(?:o|umber))?|MAC(?: addr(?:ess)?)?|IP(?: addr(?:ess)?)?|port|model))\b\s*(?:[:=#]|is|no\.?)?\s*(?<value>[\w:./-]+(?:-[\w]+)*)/gi;

/** Values beside these words belong to something else. */
const OF_OTHERS =
  /gateway|\bgw\b|dns|\bnas\b|relay|netmask|broadcast|\bbrd\b|neighbou?r|\bpeer\b|bridge|\bnext.?hop\b|called/i;

const readNames = (draft: Draft, line: Line, olt: OltFacts): boolean => {
  let isTaken = false;
  for (const { groups } of line.text.matchAll(NAME_AND_WORD)) {
    const meaning = groups?.name && meaningOf(groups.name);
    if (!groups?.value || !meaning || meaning === 'never' || isNothing(groups.value)) continue;
    // A bare word after `model` may be any word of a sentence.
    if (meaning.field === 'model' && !/\d/.test(groups.value)) continue;
    isTaken =
      addNamed(draft, meaning, groups.name ?? '', groups.value.replace(/[.,]$/, ''), line, olt) ||
      isTaken;
  }
  return isTaken;
};

/** Words whose form shows their meaning. Twelve bare digits may mean anything. */
const readForms = (draft: Draft, line: Line, olt: OltFacts): boolean => {
  if (OF_OTHERS.test(line.text)) return false;
  let isTaken = false;
  for (const word of line.text.split(/[\s,;|="'()<>[\]{}]+/)) {
    const options = { weight: 1, meaning: 'by its form' };
    const mac = readMac(word);
    if (mac) {
      const isMac = /[:.-]/.test(word) || /[a-f]/i.test(word);
      isTaken = (isMac && addCandidate(draft, 'macAddress', mac, line, options)) || isTaken;
    } else if (readSerial(word))
      isTaken = addCandidate(draft, 'serialNumber', readSerial(word), line, options) || isTaken;
    else if (readAddress(word)) isTaken = addAddress(draft, word, line, options) || isTaken;
    else if (/\d[:/]\d/.test(word) && addPort(draft, word, line, olt, options)) isTaken = true;
    else if (/^\d{2,4}\/\d{1,4}M?$/i.test(word)) {
      const rates = readRates(word);
      if (rates && 'bandwidth' in rates)
        isTaken = addCandidate(draft, 'bandwidth', rates.bandwidth, line, options) || isTaken;
    }
  }
  return isTaken;
};

const readFree = (draft: Draft, line: Line, olt: OltFacts): boolean => {
  const byName = readNames(draft, line, olt);
  return readForms(draft, line, olt) || byName;
};

/** A row copied from a table without its headings: each row is a device. */
export const rowsWithoutHeadings: Source = {
  name: 'row-without-headings',
  read(lines, olt) {
    const rows = lines.filter(({ text }) => text.split('\t').length >= 4);
    return readRows(rows, (line) => {
      const draft = newDraft();
      return readForms(draft, line, olt) ? draft : undefined;
    });
  },
};

/** Labels, messages, and all other text: by names where there are some, else by forms. */
export const freeText: Source = {
  name: 'free-text',
  read: (lines, olt) =>
    readNamedLines(lines, {
      olt,
      read: (draft, { name, value, line }) => {
        const isSeveral = value.includes(',') && [...line.text.matchAll(NAME_AND_WORD)].length > 1;
        return isSeveral && meaningOf(name) !== 'never' ? readNames(draft, line, olt) : undefined;
      },
      readOther: (draft, line) => readFree(draft, line, olt),
    }),
};
