import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { finish } from '../core/add-named.ts';
import { addAddress, addCandidate, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { plainName } from '../core/names.ts';
import { readRate } from '../core/rates.ts';
import { namedValueOf, type Source } from '../core/source.ts';
import { readMac, unquoted } from '../core/values.ts';

/** Attributes of RFC 2865, 2866, 2869, 3162 and vendors' dictionaries that only RADIUS has. */
const SIGN =
  /\b(?:Framed-IP(?:v6)?-(?:Address|Prefix)|Calling-Station-Id|Called-Station-Id|NAS-(?:IP-Address|Port|Identifier)|Acct-Session-Id|Mikrotik-Rate-Limit)\b/i;

/**
 * `"<upload>/<download> …"`: the router's receive rate comes first (MikroTik wiki, RADIUS client
 * and queues).
 */
export const addMikrotik = (draft: Draft, text: string, line: Line): boolean => {
  const [up = '', down = ''] = (text.split(/\s+/)[0] ?? '').split('/');
  const [upRate, downRate] = [readRate(up, null), readRate(down || up, null)];
  if (!upRate || !downRate || !('kbps' in upRate) || !('kbps' in downRate)) return false;
  return addCandidate(draft, 'bandwidth', { downKbps: downRate.kbps, upKbps: upRate.kbps }, line, {
    meaning: 'upload before download',
  });
};

/**
 * Rates of vendors' dictionaries, with the bit/s of their unit. Huawei's input is what the
 * subscriber sends; ZTE names the directions.
 */
const RATES: Readonly<Record<string, readonly ['down' | 'up', bits: number]>> = {
  wisprbandwidthmaxdown: ['down', 1],
  wisprbandwidthmaxup: ['up', 1],
  huaweioutputaveragerate: ['down', 1],
  huaweiinputaveragerate: ['up', 1],
  zteratectrlscrdown: ['down', 1000],
  zteratectrlscrup: ['up', 1000],
};

const addRate = (draft: Draft, name: string, text: string, line: Line): boolean => {
  const [way, bits = 1] = RATES[name] ?? [];
  if (!way || !/^\d{3,}$/.test(text)) return false;
  draft.rates[way].push({ kbps: (Number(text) * bits) / 1000, line });
  return true;
};

/** Some servers put the VLAN or the port behind the MAC address. */
const macIn = (text: string): string | undefined =>
  readMac(text) ?? readMac(text.split(/[\s|]/, 1)[0] ?? '');

/** Adds an attribute, by its name of the dictionary or of a column of `radacct`. */
export const addAttribute = (draft: Draft, name: string, text: string, line: Line): boolean => {
  const plain = plainName(name);
  switch (plain) {
    case 'framedipaddress':
    case 'framedipv6address':
    case 'delegatedipv6prefix':
      return addAddress(draft, text, line, { meaning: name });
    case 'callingstationid':
      return addCandidate(draft, 'macAddress', macIn(text), line, { meaning: name });
    case 'mikrotikratelimit':
      return addMikrotik(draft, text, line);
    default:
      return addRate(draft, plain, text, line);
  }
};

/** Attributes of a session; another value is another session. */
const OF_SESSION = /^(?:framedipaddress|callingstationid|username|acctsessionid)$/;

/** A RADIUS record as `radclient`, a detail file or a debug log prints it: one device a block. */
export const radius: Source = {
  name: 'radius',
  read(lines, olt: OltFacts) {
    if (!lines.some(({ text }) => SIGN.test(text) && namedValueOf({ number: 0, text })))
      return undefined;
    const drafts: Draft[] = [];
    const used = new Set<number>();
    let draft = newDraft();
    let seen = new Map<string, string>();
    const begin = (): void => {
      drafts.push(draft);
      draft = newDraft();
      seen = new Map();
    };
    for (const line of lines) {
      if (line.text.trim() === '' && seen.size > 0) begin();
      const pair = namedValueOf(line);
      if (!pair) continue;
      const [plain, value] = [plainName(pair.name), unquoted(pair.value)];
      if (OF_SESSION.test(plain) && (seen.get(plain) ?? value) !== value) begin();
      seen.set(plain, value);
      if (addAttribute(draft, pair.name, value, line)) used.add(line.number);
    }
    drafts.push(draft);
    return { drafts: drafts.map((each) => finish(each, olt)), used };
  },
};
