import * as z from 'zod';
import { type AccessType, accessTypes } from '../bandwidth.ts';

const range = z.tuple([z.int().min(0), z.int().min(0)]);

/** The port ranges that an OLT declares, inclusive: frames, slots, ports, and ONU ids per port. */
export const oltPortsSchema = z
  .strictObject({ frames: range, slots: range, ports: range, onuIds: range })
  .meta({ id: 'OltPorts', description: "Inclusive ranges [first, last] of an OLT's ports" });
export type OltPorts = z.infer<typeof oltPortsSchema>;

/** The OLT port and ONU id to which a CPE is connected. */
export type Port = { frame: number; slot: number; port: number; onuId: number };

const SPELLINGS = [
  /^(?<frame>\d{1,4})\/(?<slot>\d{1,4})\/(?<port>\d{1,4})[:/](?<onuId>\d{1,4})$/,
  /^gpon-(?:onu|olt)_(?<frame>\d{1,4})\/(?<slot>\d{1,4})\/(?<port>\d{1,4}):(?<onuId>\d{1,4})$/i,
];

/**
 * Highest assignable ONU id: GPON reserves 254 and 255 (ITU-T G.984.3), XGS-PON 1021 to 1023 (ITU-T
 * G.9807.1).
 */
export const highestOnuId: Readonly<Record<AccessType, number>> = { GPON: 253, 'XGS-PON': 1020 };

/** Reads a port in canonical form (`0/1/3:12`) or one of the vendors' spellings of it. */
export const readPort = (text: string): Port | undefined => {
  for (const spelling of SPELLINGS) {
    const groups = spelling.exec(text.trim())?.groups;
    if (groups) {
      const [frame, slot, port, onuId] = [groups.frame, groups.slot, groups.port, groups.onuId].map(
        Number,
      );
      if (frame !== undefined && slot !== undefined && port !== undefined && onuId !== undefined)
        return { frame, slot, port, onuId };
    }
  }
  return undefined;
};

/** `frame/slot/port:onu`, the stored form. */
export const formatPort = ({ frame, slot, port, onuId }: Port): string =>
  `${frame}/${slot}/${port}:${onuId}`;

const outside = (value: number, [first, last]: OltPorts['frames']): boolean =>
  value < first || value > last;

/** Why the OLT, or the access type, has no such port; undefined where it may have it. */
export const missingPortDetail = (
  port: Port,
  olt: OltPorts | null,
  accessType: AccessType | null,
): string | undefined => {
  const highest = accessType === null ? Number.POSITIVE_INFINITY : highestOnuId[accessType];
  if (port.onuId > highest) return `${accessType} has ONU ids up to ${highest}`;
  if (!olt) return undefined;
  if (outside(port.frame, olt.frames))
    return `The line's OLT has frames ${olt.frames.join(' to ')}`;
  if (outside(port.slot, olt.slots)) return `The line's OLT has slots ${olt.slots.join(' to ')}`;
  if (outside(port.port, olt.ports))
    return `The line's OLT has ports ${olt.ports.join(' to ')} in a slot`;
  if (outside(port.onuId, olt.onuIds))
    return `The line's OLT has ONU ids ${olt.onuIds.join(' to ')} on a port`;
  return undefined;
};

export const accessTypeSchema = z.enum(accessTypes);
