import { addAddress, addCandidate, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import type { Source } from '../core/source.ts';
import { readMac } from '../core/values.ts';

/**
 * `3: wan: <BROADCAST,…> mtu 1500` of iproute2, `eth0.2@eth0:` is a VLAN; `eth0  Link encap:…` and
 * `eth0: flags=…` of ifconfig; `wan  UP  10.20.0.7/24` of `ip -br addr`.
 */
const INTERFACE =
  /^\s*(?:\d+:\s+(?<name>[\w.@-]+):\s+<|(?<old>[\w.:-]+?):?\s+(?:Link encap:|flags=)|(?<brief>[\w.@-]+)\s+(?:UP|DOWN|UNKNOWN)\s+(?=[0-9a-f]))/;
const ETHER = /(?:^\s*(?:link\/)?ether|\bHWaddr)\s+(?<mac>[0-9a-f:]{17})\b/i;
const INET =
  /^\s*(?:inet6?\s+(?<address>[0-9a-f.:]+)(?:\/\d+)?\s(?:.*\bscope (?:global|0x0<global>)|\s*netmask)\b|inet addr:(?<old>[\d.]+))/i;
/** `default via 10.20.0.1 dev wan`: the interface towards the network. */
const DEFAULT_ROUTE = /^\s*default (?:via \S+ )?dev (?<dev>\S+)/;
const SOURCE = /\bdev (?<dev>\S+).*\bsrc (?<address>[0-9a-f.:]+)/;
/** Loopback, bridges of the customer's side, Wi-Fi and tunnels do not belong to the line. */
const NOT_THE_LINE =
  /^(?:lo|br|lan|wl|wlan|wifi|ath|ra\d|docker|veth|virbr|tun|tap|wg|dummy|sit|gre|ifb|mon)/i;

/** The addresses behind the state in `ip -br addr`. */
const briefAddresses = (line: Line) =>
  line.text
    .trim()
    .split(/\s+/)
    .slice(2)
    .map((text) => ({ text: text.replace(/\/\d+$/, ''), line }));

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
      const name = head?.name ?? head?.old ?? head?.brief;
      if (name) interfaces.push({ name, lines: [line], addresses: [] });
      const current = interfaces.at(-1);
      if (!current) continue;
      const mac = ETHER.exec(line.text)?.groups?.mac;
      if (mac) current.mac = { text: mac, line };
      const inet = INET.exec(line.text)?.groups;
      const address = inet?.address ?? inet?.old;
      if (address) current.addresses.push({ text: address, line });
      if (head?.brief) current.addresses.push(...briefAddresses(line));
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

/** `ip route` of a CPE: the source address of the interface that has the default route. */
export const ipRoute: Source = {
  name: 'ip-route',
  read(lines) {
    const outside = new Set(lines.map(({ text }) => DEFAULT_ROUTE.exec(text)?.groups?.dev));
    const draft = newDraft();
    for (const line of lines) {
      const { dev, address } = SOURCE.exec(line.text)?.groups ?? {};
      if (dev && address && outside.has(dev))
        addAddress(draft, address, line, { meaning: `interface ${dev}` });
    }
    return draft.candidates.length > 0 ? { drafts: [draft], used: new Set() } : undefined;
  },
};
