import { addAddress, addCandidate, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { readRows, type Source } from '../core/source.ts';
import { readAddress, readMac } from '../core/values.ts';

/** `lease 10.251.99.61 {` of ISC's dhcpd.leases(5), `host name {` of dhcpd.conf(5). */
const LEASE = /^\s*lease (?<address>[0-9a-f.:]+) \{/i;
const HARDWARE = /^\s*hardware ethernet (?<mac>[0-9a-f:]+);/i;
const FIXED = /^\s*fixed-address (?<address>[0-9a-f.:]+);/i;

/** Leases of ISC dhcpd. Relay agent options name the access node, not the CPE. */
export const iscLease: Source = {
  name: 'isc-dhcp-lease',
  read(lines) {
    if (!lines.some(({ text }) => LEASE.test(text) || FIXED.test(text))) return undefined;
    const drafts: Draft[] = [];
    const used = new Set<number>();
    let draft = newDraft();
    for (const line of lines) {
      if (/^\s*(?:lease|host)\b.*\{/.test(line.text)) {
        draft = newDraft();
        drafts.push(draft);
      }
      const address = (LEASE.exec(line.text) ?? FIXED.exec(line.text))?.groups?.address;
      const mac = HARDWARE.exec(line.text)?.groups?.mac;
      const isAddress = address !== undefined && addAddress(draft, address, line);
      if (addCandidate(draft, 'macAddress', mac && readMac(mac), line) || isAddress)
        used.add(line.number);
    }
    return { drafts, used };
  },
};

/** Tables of bindings and leases: the address, then the client's id or MAC, each device a row. */
const TABLES: readonly { sign: RegExp; row: RegExp }[] = [
  // Cisco `show ip dhcp binding`: the client id begins with the hardware type 01.
  {
    sign: /client-id|hardware address|bindings from all pools/i,
    row: /^\s*(?<address>\d+(?:\.\d+){3})\s+(?:01)?(?<mac>[0-9a-f.]{14,17})\s/i,
  },
  // MikroTik `/ip dhcp-server lease print`.
  {
    sign: /\bADDRESS\s+MAC-ADDRESS\b/i,
    row: /^\s*(?:\d+\s+)?(?:[A-Z]{1,2}\s+)?(?:;;;.*)?(?<address>\d+(?:\.\d+){3})\s+(?<mac>[0-9a-f]{2}(?::[0-9a-f]{2}){5})\b/i,
  },
  // MikroTik `print detail`: address=… mac-address=….
  {
    sign: /\bmac-address=/i,
    row: /(?:^|\s)address=(?<address>\d+(?:\.\d+){3}).*?\smac-address=(?<mac>[0-9a-f:]{17})/i,
  },
  // dnsmasq.leases: expiry, MAC, address, name, client id.
  {
    sign: /^\d{9,11} [0-9a-f:]{17} /im,
    row: /^\d{9,11}\s+(?<mac>[0-9a-f:]{17})\s+(?<address>\S+)/i,
  },
];

const readRow = (line: Line, row: RegExp): Draft | undefined => {
  const groups = row.exec(line.text)?.groups;
  // The client id of Cisco: `01aa.bbcc.ddee.ff` in groups of four.
  const digits = groups?.mac?.replaceAll(/[^0-9a-f]/gi, '') ?? '';
  const mac = readMac(digits.length === 14 ? digits.slice(2) : digits);
  if (!groups?.address || !mac || !readAddress(groups.address)) return undefined;
  const draft = newDraft();
  addAddress(draft, groups.address, line);
  addCandidate(draft, 'macAddress', mac, line);
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
