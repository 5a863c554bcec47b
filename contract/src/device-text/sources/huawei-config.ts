import { addCandidate, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { addPort } from '../core/port-candidate.ts';
import type { Source } from '../core/source.ts';
import { readSerial, unquoted } from '../core/values.ts';

/** `interface gpon 0/1` is frame and slot of the lines below it. */
const INTERFACE = /^\s*interface (?:x?g?s?-?)?(?:gpon|xgpon|epon) (?<slot>\d+\/\d+)\s*$/i;
/** `ont add 3 12 sn-auth "485754431A2B3C4D" …`: port and ONT. Other ONTs have a password. */
const ADD =
  /^\s*ont (?:add|confirm) (?<port>\d+)(?: (?:ontid )?(?<ont>\d+))? (?:sn-auth\s+(?<serial>"?[\w-]+"?)|(?:password|loid|checkcode)-auth\b)/i;

/** Lines of `display current-configuration`. */
export const huaweiConfig: Source = {
  name: 'huawei-config',
  read(lines, { ports }) {
    const drafts: Draft[] = [];
    const used = new Set<number>();
    let slot: { text: string; line: Line } | undefined;
    for (const line of lines) {
      const head = INTERFACE.exec(line.text)?.groups;
      if (head?.slot) slot = { text: head.slot, line };
      const row = ADD.exec(line.text)?.groups;
      const serial = row?.serial && readSerial(unquoted(row.serial));
      if (!row || (!serial && !(slot && row.ont))) continue;
      const draft = newDraft();
      addCandidate(draft, 'serialNumber', serial || undefined, line);
      used.add(line.number);
      if (slot && row.ont) {
        addPort(draft, `${slot.text}/${row.port}:${row.ont}`, [slot.line, line], {
          manufacturer: 'Huawei',
          ports,
        });
        used.add(slot.line.number);
      }
      drafts.push(draft);
    }
    return drafts.length > 0 ? { drafts, used } : undefined;
  },
};
