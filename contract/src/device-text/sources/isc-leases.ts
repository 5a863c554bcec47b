import { addAddress, addCandidate, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import type { Source } from '../core/source.ts';
import { readMac } from '../core/values.ts';

/**
 * dhcpd.leases(5) and dhcpd.conf(5): `lease 10.251.99.61 {`, `iaaddr 2a02::57 {`, `iaprefix
 * 2a02::/56 {`, `fixed-address 10.0.0.7;`.
 */
const ADDRESS =
  /^\s*(?:lease (?<lease>[0-9a-f.:]+) \{|(?:iaaddr|iaprefix) (?<v6>[0-9a-f:/]+) \{|fixed-address6? (?<fixed>[0-9a-f.:]+);)/i;
const HARDWARE = /^\s*hardware ethernet (?<mac>[0-9a-f:]+);/i;
const BLOCK = /^\s*(?:lease|host|ia-na|ia-pd)\b(?<rest>.*)\{/;
/** The client of such a lease does not have the address any more. */
const ENDED = /^\s*binding state (?:free|expired|released|abandoned|backup|reset)\b/;

type Lease = { draft: Draft; lines: number[]; isEnded: boolean };

const newLease = (): Lease => ({ draft: newDraft(), lines: [], isEnded: false });

/** Leases and hosts of ISC dhcpd. Relay agent options name the access node, not the CPE. */
export const iscLease: Source = {
  name: 'isc-dhcp-lease',
  read(lines: readonly Line[]) {
    if (!lines.some(({ text }) => ADDRESS.test(text))) return undefined;
    const leases: Lease[] = [];
    const byClient = new Map<string, Lease>();
    let lease = newLease();
    for (const line of lines) {
      const block = BLOCK.exec(line.text)?.groups;
      if (block) {
        // The addresses and the prefixes of one DHCPv6 client have its id in front.
        const client = /^\s*ia-/.test(line.text) ? block.rest?.trim() : undefined;
        const known = client && byClient.get(client);
        lease = known || newLease();
        if (client) byClient.set(client, lease);
        if (!known) leases.push(lease);
      }
      const found = ADDRESS.exec(line.text)?.groups;
      const address = found?.lease ?? found?.v6 ?? found?.fixed;
      const mac = HARDWARE.exec(line.text)?.groups?.mac;
      const isAddress = address !== undefined && addAddress(lease.draft, address, line);
      if (addCandidate(lease.draft, 'macAddress', mac && readMac(mac), line) || isAddress)
        lease.lines.push(line.number);
      if (ENDED.test(line.text)) lease.isEnded = true;
    }
    const current = leases.filter(({ isEnded }) => !isEnded);
    return {
      drafts: current.map(({ draft }) => draft),
      used: new Set(current.flatMap((each) => each.lines)),
    };
  },
};
