import { addAddress, addCandidate, newDraft } from '../core/candidate.ts';
import { readRows, type Source } from '../core/source.ts';
import { readMac } from '../core/values.ts';

const HEADING = /\bIP address\s+Session Id\s+Hardware address\b/i;
/** `10.20.0.7   2   3c:15:fb:00:12:34  82929  BOUND  ge-1/0/0.0`; the interface is the BNG's. */
const ROW =
  /^\s*(?<address>[0-9a-f.:]+)\s+\d+\s+(?<mac>[0-9a-f]{2}(?::[0-9a-f]{2}){5})\s+\d+\s+\w+/i;

/** `show dhcp server binding` and `show dhcp relay binding` of Junos. */
export const juniperDhcp: Source = {
  name: 'juniper-dhcp-binding',
  read(lines) {
    if (!lines.some(({ text }) => HEADING.test(text))) return undefined;
    return readRows(lines, (line) => {
      const { address, mac } = ROW.exec(line.text)?.groups ?? {};
      const draft = newDraft();
      if (!address || !addAddress(draft, address, line)) return undefined;
      addCandidate(draft, 'macAddress', mac && readMac(mac), line);
      return draft;
    });
  },
};
