import { addModel } from '../core/add-named.ts';
import { addCandidate, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { addPort } from '../core/port-candidate.ts';
import type { Source } from '../core/source.ts';
import { readMac, readSerial } from '../core/values.ts';

/** `In port 0/2/11, the total of ONTs are: 1`, above the tables of `display ont info summary`. */
const IN_PORT = /^\s*In port (?<port>\d+\/ ?\d+\/ ?\d+)\b/i;
/** `0   485754431A2B3C4D EG8145X6-10 …`; `all` has no model. */
const SUMMARY_ROW = /^\s*(?<ont>\d{1,4})\s+(?<serial>[0-9A-F]{16})(?:\s+(?<model>\S+))?/i;
/** `0/ 1/2    3  485754431A2B3C4D  active …` of `display ont info … all`. */
const ALL_ROW = /^\s*(?<port>\d+\/ ?\d+\/ ?\d+)\s+(?<ont>\d{1,4})\s+(?<serial>[0-9A-F]{16})\b/i;
/**
 * `3c15-fb00-1234  DYNAMIC  0/ 1/0   7 …` of `display location`, `… gpon 3c15-fb00-1234 dynamic 0
 * /1 /0   7 …` of `display mac-address`. On the uplink there is `-` in place of an ONT.
 */
const MAC_ROW =
  /(?<mac>[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})\s+(?:\S+\s+){0,4}?(?<port>\d+ ?\/ ?\d+ ?\/ ?\d+)\s+(?<ont>\d{1,4})\b/i;
/** `0/ 1/0   7   ETH   1   3c15-fb00-1234   100` of `display mac-address ont`. */
const BEHIND_ROW =
  /^\s*(?<port>\d+\/ ?\d+\/ ?\d+)\s+(?<ont>\d{1,4})\s+(?<kind>ETH|WLAN|IPHOST|VEIP)\s+\S+\s+(?<mac>[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})\b/i;

/** `5827 100 common gpon 0/1 /3  12   1 …` of `display service-port`: port, ONT and GEM port. */
const SERVICE_PORT_ROW =
  /^\s*\d+\s+\d+\s+\S+\s+[a-z]{0,4}pon\s+(?<port>\d+ ?\/ ?\d+ ?\/ ?\d+)\s+(?<ont>\d{1,4})\s+\d/i;

/** A table is no wider. */
const LONGEST_ROW = 500;

/** The columns of `display ont info summary` that are a model. */
const isModelColumn = (lines: readonly Line[]): boolean =>
  lines.some(({ text }) => /\bONT\s+SN\s+Type\b/.test(text));

export const huaweiTables: Source = {
  name: 'huawei-ont-table',
  read(lines, { ports }) {
    const olt = { manufacturer: 'Huawei', ports };
    const devices = new Map<string, Draft>();
    const used = new Set<number>();
    const hasModels = isModelColumn(lines);
    let inPort: { port: string; line: Line } | undefined;
    const deviceAt = (port: string, ont: string): Draft => {
      const key = `${port}:${ont}`;
      const draft = devices.get(key) ?? newDraft(`ONT ${key}`);
      devices.set(key, draft);
      return draft;
    };
    for (const line of lines) {
      if (line.text.length > LONGEST_ROW) continue;
      const head = IN_PORT.exec(line.text)?.groups;
      if (head?.port) inPort = { port: head.port, line };
      const row = (
        ALL_ROW.exec(line.text) ??
        BEHIND_ROW.exec(line.text) ??
        SERVICE_PORT_ROW.exec(line.text) ??
        SUMMARY_ROW.exec(line.text) ??
        MAC_ROW.exec(line.text)
      )?.groups;
      const port = (row?.port ?? inPort?.port)?.replaceAll(' ', '');
      if (!row?.ont || !port) continue;
      const draft = deviceAt(port, row.ont);
      const from = row.port || !inPort ? [line] : [inPort.line, line];
      addPort(draft, `${port}:${row.ont}`, from, olt);
      addCandidate(draft, 'serialNumber', row.serial && readSerial(row.serial), line);
      // A device on the ONT's Wi-Fi is the customer's own.
      if (row.mac && row.kind?.toUpperCase() !== 'WLAN')
        addCandidate(draft, 'macAddress', readMac(row.mac), line, {
          meaning: 'learnt behind the ONT',
        });
      if (hasModels) addModel(draft, row.model, line);
      for (const { number } of from) used.add(number);
    }
    return devices.size > 0 ? { drafts: [...devices.values()], used } : undefined;
  },
};
