import { addAddress, addCandidate, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { readRows, type Source } from '../core/source.ts';
import { readAddress, readMac } from '../core/values.ts';

/** Tables of bindings and leases: the address, then the client's id or MAC, each device a row. */
const TABLES: readonly { sign: RegExp; row: RegExp }[] = [
  // Cisco `show ip dhcp binding`: the client id begins with the hardware type 01. Other client ids
  // hold no MAC address.
  {
    sign: /client-id|bindings from all pools/i,
    row: /^\s*(?<address>\d+(?:\.\d+){3})\s+(?:01)?(?<mac>[0-9a-f.]{4,20})\s/i,
  },
  // MikroTik `/ip dhcp-server lease print`.
  {
    sign: /\bADDRESS\s+MAC-ADDRESS\b/i,
    row: /^\s*(?:\d+\s+)?(?:[A-Z]{1,3}\s+)?(?:;;;.*)?(?<address>\d+(?:\.\d+){3})\s+(?<mac>[0-9a-f]{2}(?::[0-9a-f]{2}){5})\b/i,
  },
  // MikroTik `/ppp active print`: name, service, caller id, address.
  {
    sign: /\bCALLER-ID\s+ADDRESS\b/i,
    row: /^\s*\d+\s.*\s(?<mac>[0-9a-f]{2}(?::[0-9a-f]{2}){5})\s+(?<address>\d+(?:\.\d+){3})\s/i,
  },
  // dnsmasq.leases: expiry, MAC, address, name, client id.
  {
    sign: /^\d{9,11} [0-9a-f:]{17} /im,
    row: /^\d{9,11}\s+(?<mac>[0-9a-f:]{17})\s+(?<address>\S+)/i,
  },
  // Logs of ISC dhcpd and Kea. What stands behind `via` is the relay.
  {
    sign: /\bDHCP(?:ACK|REQUEST|OFFER) (?:on|for) /,
    row: /\bDHCPACK on (?<address>\d+(?:\.\d+){3}) to (?<mac>[0-9a-f:]{17})\b/,
  },
  {
    sign: /\bDHCP4_LEASE_(?:ALLOC|OFFER|ADVERT)\b/,
    row: /\bDHCP4_LEASE_ALLOC \[hwtype=1 (?<mac>[0-9a-f:]{17})\].*\blease (?<address>\d+(?:\.\d+){3})\b/,
  },
];

/** A table is no wider. */
const LONGEST_ROW = 1000;

const readRow = (line: Line, row: RegExp): Draft | undefined => {
  const groups = line.text.length > LONGEST_ROW ? undefined : row.exec(line.text)?.groups;
  if (!groups?.address || !readAddress(groups.address)) return undefined;
  const draft = newDraft();
  addAddress(draft, groups.address, line);
  // The client id of Cisco: `01aa.bbcc.ddee.ff` in groups of four.
  const digits = groups.mac?.replaceAll(/[^0-9a-f]/gi, '') ?? '';
  addCandidate(draft, 'macAddress', readMac(digits.length === 14 ? digits.slice(2) : digits), line);
  return draft;
};

export const dhcpTable: Source = {
  name: 'dhcp-leases',
  read(lines) {
    for (const { sign, row } of TABLES) {
      if (!lines.some(({ text }) => sign.test(text))) continue;
      const reading = readRows(lines, (line) => readRow(line, row));
      if (reading) return reading;
    }
    return undefined;
  },
};
