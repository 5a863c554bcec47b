import type { OltPorts, Port } from './port.ts';

/** A port as the text gives it: levels that the manufacturer does not write are absent. */
export type PortLevels = Partial<Port>;

export type PortReading =
  | { kind: 'port'; levels: PortLevels }
  /** A port of the OLT without an ONU id: a PON port, which many devices share. */
  | { kind: 'pon-port' };

/** How one manufacturer of OLTs writes the position of an ONU. */
export type PortGrammar = {
  name: string;
  /** The manufacturer, as recorded with the OLT. */
  manufacturer: RegExp;
  /** Undefined: the text is no position in this spelling. */
  read(text: string): PortReading | undefined;
  /** The position in the manufacturer's own spelling. */
  write(port: Port): string;
};

/**
 * Reads levels by the named groups of the first pattern that fits; without `onuId` it is a PON
 * port.
 */
export const byPatterns =
  (patterns: readonly RegExp[]) =>
  (text: string): PortReading | undefined => {
    for (const pattern of patterns) {
      const groups = pattern.exec(text.trim())?.groups;
      if (!groups) continue;
      if (groups.onuId === undefined) return { kind: 'pon-port' };
      const level = (name: keyof Port) =>
        groups[name] === undefined ? {} : { [name]: Number(groups[name]) };
      const levels = { ...level('frame'), ...level('slot'), ...level('port'), ...level('onuId') };
      return { kind: 'port', levels };
    }
    return undefined;
  };

const LEVELS = { frame: 'frames', slot: 'slots', port: 'ports', onuId: 'onuIds' } as const;

/**
 * The port with the levels that the OLT has only one of; else the name of the first that is
 * missing.
 */
export const fillLevels = (levels: PortLevels, olt: OltPorts | null): Port | keyof Port => {
  const filled: PortLevels = { ...levels };
  for (const level of ['frame', 'slot', 'port', 'onuId'] as const) {
    if (filled[level] !== undefined) continue;
    const [first, last] = olt?.[LEVELS[level]] ?? [0, 1];
    if (first !== last) return level;
    filled[level] = first;
  }
  const { frame = 0, slot = 0, port = 0, onuId = 0 } = filled;
  return { frame, slot, port, onuId };
};
