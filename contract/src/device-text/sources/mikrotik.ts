import { addAddress, addCandidate, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import type { Source } from '../core/source.ts';
import { readMac, unquoted } from '../core/values.ts';
import { addMikrotik } from './radius.ts';

/** `name=value` of RouterOS' `print detail` and `export`. */
const PAIR = /(?<![\w-])(?<name>[a-z][a-z-]*)=(?<value>"[^"]*"|[^\s"]+)/g;
/** Members by which an item is a lease, a session or a queue of a customer. */
const SIGN = /(?<![\w-])(?:mac-address|caller-id|max-limit)=/;
/** Where another item begins: `add …`, ` 3   address=…`, ` 3 D ;;; comment`. */
const ITEM = /^\s*(?:add\s|set\s|\d+\s+(?:[A-Z]{1,4}\s+)?(?:;;;|[a-z-]+=))/;
/** Sections of an export that describe the router itself. */
const CUSTOMERS =
  /^\/(?:ip dhcp-server lease|ipv6 dhcp-server binding|ppp (?:active|secret)|queue simple|ip arp)\b/;

const readItem = (lines: readonly Line[]): { draft: Draft; used: number[] } => {
  const draft = newDraft();
  const used: number[] = [];
  for (const line of lines)
    for (const { groups } of line.text.matchAll(PAIR))
      if (addMember(draft, groups?.name ?? '', unquoted(groups?.value ?? ''), line))
        used.push(line.number);
  return { draft, used };
};

/** `address` is what the server keeps for the client, `active-address` what the client has. */
const addMember = (draft: Draft, name: string, value: string, line: Line): boolean => {
  switch (name) {
    case 'address':
    case 'remote-address':
    case 'target':
      return addAddress(draft, value.replace(/\/32$/, ''), line, { meaning: name });
    case 'active-address':
      return addAddress(draft, value, line, { meaning: name, weight: 4 });
    case 'mac-address':
    case 'caller-id':
      return addCandidate(draft, 'macAddress', readMac(value), line, { meaning: name });
    case 'active-mac-address':
      return addCandidate(draft, 'macAddress', readMac(value), line, { meaning: name, weight: 4 });
    case 'max-limit':
    case 'rate-limit':
      return addMikrotik(draft, value, line);
    default:
      return false;
  }
};

/** Items of RouterOS: leases, PPP sessions, queues and ARP entries. Each is a device. */
export const mikrotik: Source = {
  name: 'mikrotik',
  read(lines) {
    if (!lines.some(({ text }) => SIGN.test(text))) return undefined;
    const items: Line[][] = [];
    let isOfCustomers = true;
    for (const line of lines) {
      if (line.text.startsWith('/')) isOfCustomers = CUSTOMERS.test(line.text);
      if (!isOfCustomers) continue;
      if (ITEM.test(line.text) || items.length === 0) items.push([]);
      // An export breaks long lines with a backslash, inside a value too.
      const last = items.at(-1)?.at(-1);
      if (last?.text.endsWith('\\'))
        Object.assign(last, {
          ...{ number: line.number, first: last.first ?? last.number },
          text: `${last.text.slice(0, -1)}${line.text.trim()}`,
        });
      else items.at(-1)?.push({ ...line });
    }
    const read = items.map(readItem);
    return {
      drafts: read.map(({ draft }) => draft),
      used: new Set(read.flatMap(({ used }) => used)),
    };
  },
};
