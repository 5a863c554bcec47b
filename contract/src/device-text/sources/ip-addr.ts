import { addAddress, addCandidate, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import type { Source } from '../core/source.ts';
import { readMac } from '../core/values.ts';

/**
 * `3: wan: <BROADCAST,…> mtu 1500` of iproute2; `eth0.2@eth0:` is a VLAN. `eth0  Link encap:…` of
 * ifconfig.
 */
const INTERFACE = /^\s*(?:\d+:\s+(?<name>[\w.@-]+):\s+<|(?<old>[\w.:-]+)\s+Link encap:)/;
const ETHER = /(?:^\s*link\/ether|\bHWaddr)\s+(?<mac>[0-9a-f:]{17})\b/i;
const INET =
  /^\s*(?:inet6?\s+(?<address>[0-9a-f.:]+)(?:\/\d+)?\b.*\bscope global\b|inet addr:(?<old>[\d.]+))/i;
/** Loopback, bridges of the customer's side, Wi-Fi and tunnels do not belong to the line. */
const NOT_THE_LINE =
  /^(?:lo|br|lan|wl|wlan|wifi|ath|ra\d|docker|veth|virbr|tun|tap|wg|dummy|sit|gre|ifb|mon)/i;

type Found = {
  name: string;
  lines: Line[];
  mac?: { text: string; line: Line };
  addresses: { text: string; line: Line }[];
};

/** `ip addr` of a CPE that runs Linux: the interfaces towards the network. */
export const ipAddr: Source = {
  name: 'ip-addr',
  read(lines) {
    const interfaces: Found[] = [];
    for (const line of lines) {
      const head = INTERFACE.exec(line.text)?.groups;
      const name = head?.name ?? head?.old;
      if (name) interfaces.push({ name, lines: [line], addresses: [] });
      const current = interfaces.at(-1);
      if (!current) continue;
      const mac = ETHER.exec(line.text)?.groups?.mac;
      if (mac) current.mac = { text: mac, line };
      const inet = INET.exec(line.text)?.groups;
      const address = inet?.address ?? inet?.old;
      if (address) current.addresses.push({ text: address, line });
    }
    if (interfaces.length === 0) return undefined;
    const draft = newDraft();
    const used = new Set<number>();
    for (const { name, mac, addresses } of interfaces) {
      if (NOT_THE_LINE.test(name) || addresses.length === 0) continue;
      const options = { meaning: `interface ${name}` };
      for (const { text, line } of addresses)
        if (addAddress(draft, text, line, options)) used.add(line.number);
      if (mac && addCandidate(draft, 'macAddress', readMac(mac.text), mac.line, options))
        used.add(mac.line.number);
    }
    return { drafts: [draft], used };
  },
};
