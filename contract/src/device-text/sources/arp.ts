import { addAddress, addCandidate, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { readRows, type Source } from '../core/source.ts';
import { readMac } from '../core/values.ts';

/** Rows of ARP and neighbour tables: Cisco, `arp -a`, `ip neigh`, Huawei `display arp`. */
const ROWS: readonly RegExp[] = [
  /^\s*Internet\s+(?<address>\d+(?:\.\d+){3})\s+\S+\s+(?<mac>[0-9a-f]{4}(?:\.[0-9a-f]{4}){2})\s+ARPA/i,
  /\((?<address>\d+(?:\.\d+){3})\) at (?<mac>[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5})\b/i,
  /^\s*(?<address>[0-9a-f.:]+) dev \S+ lladdr (?<mac>[0-9a-f:]{17})\b/i,
  /^\s*(?<address>\d+(?:\.\d+){3})\s+(?<mac>[0-9a-f]{4}(?:-[0-9a-f]{4}){2})\s+/i,
];

const readRow = (line: Line): Draft | undefined => {
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
