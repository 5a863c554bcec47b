import { addAddress, addCandidate, type Draft, finish, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { readRate } from '../core/rates.ts';
import { namedValueOf, type Source } from '../core/source.ts';
import { readMac, unquoted } from '../core/values.ts';

/** Attributes of RFC 2865, 2866, 2869, 3162 and vendors' dictionaries that only RADIUS has. */
const SIGN =
  /\b(?:Framed-IP(?:v6)?-(?:Address|Prefix)|Calling-Station-Id|Called-Station-Id|NAS-(?:IP-Address|Port|Identifier)|Acct-Session-Id|Mikrotik-Rate-Limit)\b/i;

/**
 * `"<upload>/<download> …"`: the router's receive rate comes first (MikroTik wiki, RADIUS client).
 */
const addMikrotik = (draft: Draft, text: string, line: Line): boolean => {
  const [up = '', down = ''] = (text.split(/\s+/)[0] ?? '').split('/');
  const [upRate, downRate] = [readRate(up, null), readRate(down || up, null)];
  if (!upRate || !downRate || !('kbps' in upRate) || !('kbps' in downRate)) return false;
  return addCandidate(draft, 'bandwidth', { downKbps: downRate.kbps, upKbps: upRate.kbps }, line, {
    meaning: 'upload before download',
  });
};

/** `WISPr-Bandwidth-Max-Down` is in bit/s. */
const addWispr = (draft: Draft, way: 'down' | 'up', text: string, line: Line): boolean => {
  if (!/^\d{4,}$/.test(text)) return false;
  draft.rates[way] ??= { kbps: Number(text) / 1000, line };
  return true;
};

const addAttribute = (draft: Draft, name: string, text: string, line: Line): boolean => {
  switch (name.toLowerCase()) {
    case 'framed-ip-address':
    case 'framed-ipv6-address':
    case 'delegated-ipv6-prefix':
      return addAddress(draft, text, line, { meaning: name });
    case 'calling-station-id':
      return addCandidate(draft, 'macAddress', readMac(text), line, { meaning: name });
    case 'mikrotik-rate-limit':
      return addMikrotik(draft, text, line);
    case 'wispr-bandwidth-max-down':
      return addWispr(draft, 'down', text, line);
    case 'wispr-bandwidth-max-up':
      return addWispr(draft, 'up', text, line);
    default:
      return false;
  }
};

/** A RADIUS record as `radclient`, a detail file or a debug log prints it: one device a block. */
export const radius: Source = {
  name: 'radius',
  read(lines) {
    if (!lines.some(({ text }) => SIGN.test(text))) return undefined;
    if (lines.some(({ text }) => /^\s*[{[]/.test(text))) return undefined;
    const drafts: Draft[] = [];
    const used = new Set<number>();
    let draft = newDraft();
    let seen = new Set<string>();
    const begin = (): void => {
      drafts.push(draft);
      draft = newDraft();
      seen = new Set();
    };
    for (const line of lines) {
      if (line.text.trim() === '' && seen.size > 0) begin();
      const pair = namedValueOf(line);
      if (!pair) continue;
      const name = pair.name.replace(/^\(\d+\)\s*/, '');
      if (
        seen.has(name.toLowerCase()) &&
        /^(?:framed-ip-address|calling-station-id|user-name)$/i.test(name)
      )
        begin();
      seen.add(name.toLowerCase());
      if (addAttribute(draft, name, unquoted(pair.value), line)) used.add(line.number);
    }
    drafts.push(draft);
    return { drafts: drafts.map(finish), used };
  },
};
