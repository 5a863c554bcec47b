import { addCandidate, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { addPort } from '../core/port-candidate.ts';
import type { Source } from '../core/source.ts';
import { readSerial, unquoted } from '../core/values.ts';

/** `interface gpon 0/1` is frame and slot of the lines below it. */
const INTERFACE =
  /^\s*interface (?:x?g?s?-?)?(?:gpon|xgpon|epon) (?<slot>\d+\/\d+)\s*$|\(config-if-[a-z]*pon-(?<prompt>\d+\/\d+)\)#/i;
/** `ont add 3 12 sn-auth "485754431A2B3C4D" …`: port and ONT. Other ONTs have a password. */
const ADD =
  /(?:^\s*|#\s*)ont (?:add|confirm) (?<port>\d+)(?: (?:ontid )?(?<ont>\d+))? (?:sn-auth\s+(?<serial>"?[\w-]+"?)|(?:password|loid|checkcode)-auth\b)/i;

/** The answer to `ont add`, with the id that the OLT gave: `PortID :3, ONTID :12`. */
const GIVEN = /^\s*PortID\s*:\s*(?<port>\d+),\s*ONTID\s*:\s*(?<ont>\d+)/i;

/** Lines of `display current-configuration`, and of the commands with their answers. */
export const huaweiConfig: Source = {
  name: 'huawei-config',
  read(lines, { ports }) {
    const olt = { manufacturer: 'Huawei', ports };
    const drafts: Draft[] = [];
    const used = new Set<number>();
    let slot: { text: string; line: Line } | undefined;
    for (const line of lines) {
      const head = INTERFACE.exec(line.text)?.groups;
      const text = head?.slot ?? head?.prompt;
      if (text) slot = { text, line };
      const given = GIVEN.exec(line.text)?.groups;
      const last = drafts.at(-1);
      if (given && last && slot)
        addPort(last, `${slot.text}/${given.port}:${given.ont}`, [slot.line, line], olt);
      const row = ADD.exec(line.text)?.groups;
      const serial = row?.serial && readSerial(unquoted(row.serial));
      if (!row || (!serial && !(slot && row.ont))) continue;
      const draft = newDraft();
      addCandidate(draft, 'serialNumber', serial || undefined, line);
      used.add(line.number);
      if (slot && row.ont) {
        addPort(draft, `${slot.text}/${row.port}:${row.ont}`, [slot.line, line], olt);
        used.add(slot.line.number);
      }
      drafts.push(draft);
    }
    return drafts.length > 0 ? { drafts, used } : undefined;
  },
};
