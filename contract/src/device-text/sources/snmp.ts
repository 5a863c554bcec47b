import { addAddress, addCandidate, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { readRows, type Source } from '../core/source.ts';
import { readMac, readSerial, unquoted } from '../core/values.ts';

/** `IF-MIB::ifPhysAddress.1 = STRING: 3c:15:fb:0:12:34`, `… = Hex-STRING: 48 57 54 43 1A …`. */
const ROW = /^\s*(?<oid>[\w:.-]{3,200}) = (?:Hex-)?STRING: (?<value>\S.{0,80}?)\s*$/;
/** The index of ipNetToMediaPhysAddress (RFC 4293) ends with the address of the neighbour. */
const NEIGHBOUR =
  /(?:ipNetToMediaPhysAddress|(?:^|\.)1?\.?3\.6\.1\.2\.1\.4\.22\.1\.2)\.\d+\.(?<address>\d+(?:\.\d+){3})$/;

const readRow = (line: Line): Draft | undefined => {
  const { oid = '', value = '' } = ROW.exec(line.text)?.groups ?? {};
  const text = unquoted(value);
  const bytes = /^(?:[0-9a-f]{2} ){5,7}[0-9a-f]{2}$/i.test(text) ? text.replaceAll(' ', '') : text;
  const draft = newDraft();
  const isSerial = addCandidate(draft, 'serialNumber', readSerial(bytes), line);
  if (!isSerial && !addCandidate(draft, 'macAddress', readMac(bytes), line)) return undefined;
  const neighbour = NEIGHBOUR.exec(oid)?.groups?.address;
  if (neighbour) addAddress(draft, neighbour, line, { meaning: 'entry of an ARP table' });
  return draft;
};

/** Rows of `snmpwalk` with a serial number or a MAC address: each is a device. */
export const snmp: Source = {
  name: 'snmp-walk',
  read: (lines) => readRows(lines, readRow),
};
