import { addAddress, addCandidate, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { readRows, type Source } from '../core/source.ts';
import { readMac } from '../core/values.ts';

const IPV4 = String.raw`(?<address>\d{1,3}(?:\.\d{1,3}){3})`;
const COLONS = `(?<mac>[0-9a-f]{1,2}(?:[:-][0-9a-f]{1,2}){5})`;
const FOURS = `(?<mac>[0-9a-f]{4}(?:[.-][0-9a-f]{4}){2})`;

/** Rows of ARP and neighbour tables. A row for an address of the router itself is none of them. */
const ROWS: readonly RegExp[] = [
  // Cisco IOS and NX-OS; the router's own address has the age `-`.
  String.raw`^\s*Internet\s+${IPV4}\s+\d+\s+${FOURS}\s+ARPA`,
  // `arp -a` of BSD and macOS, `arp -n` and /proc/net/arp of Linux, Windows' `arp -a`.
  String.raw`\(${IPV4}\) at ${COLONS}\b`,
  String.raw`^\s*${IPV4}\s+ether\s+${COLONS}\b`,
  String.raw`^\s*${IPV4}\s+0x\d+\s+0x[1-9a-f]\d*\s+${COLONS}\b`,
  String.raw`^\s*${IPV4}\s+${COLONS}\s+(?:dynamic|static)\b`,
  // `ip neigh`; a neighbour with the flag `router` is the gateway.
  String.raw`^\s*(?<address>[0-9a-f.:]{2,45}) dev \S+ lladdr (?<mac>[0-9a-f:]{17})(?!.*\brouter\b)`,
  // Huawei; `I -` is the router's own interface. ZTE has the age before the MAC address.
  String.raw`^\s*${IPV4}\s+(?:[\d:]+\s+)?${FOURS}\s+(?!I\b)\S`,
  // Junos, RouterOS.
  String.raw`^\s*${COLONS}\s+${IPV4}\s+\S+\s+\S+`,
  String.raw`^\s*\d+\s+[A-Z]{0,4}\s*${IPV4}\s+${COLONS}\s+\S+\s*$`,
].map((row) => new RegExp(row, 'i'));

/** A table is no wider. */
const LONGEST_ROW = 500;

const readRow = (line: Line): Draft | undefined => {
  if (line.text.length > LONGEST_ROW) return undefined;
  for (const row of ROWS) {
    const groups = row.exec(line.text)?.groups;
    const mac = groups?.mac && readMac(groups.mac);
    if (!groups?.address || !mac) continue;
    const draft = newDraft();
    if (!addAddress(draft, groups.address, line, { meaning: 'entry of an ARP table' })) continue;
    addCandidate(draft, 'macAddress', mac, line);
    return draft;
  }
  return undefined;
};

/**
 * A table of neighbours. Each is a device of its own; the record, or a person, decides which one is
 * meant.
 */
export const arp: Source = {
  name: 'arp-table',
  read: (lines) => readRows(lines, readRow),
};
