import { calix } from './calix.ts';
import { dasan } from './dasan.ts';
import { fiberhome } from './fiberhome.ts';
import { fillLevels, type PortGrammar } from './grammar.ts';
import { huawei } from './huawei.ts';
import { nokia } from './nokia.ts';
import { type OltPorts, type Port, readPort } from './port.ts';
import { vsol } from './vsol.ts';
import { zte } from './zte.ts';
import { zyxel } from './zyxel.ts';

export const portGrammars: readonly PortGrammar[] = [
  huawei,
  zte,
  nokia,
  fiberhome,
  vsol,
  dasan,
  calix,
  zyxel,
];

/** The facts about the OLT of a line. */
export type OltFacts = { manufacturer: string | null; ports: OltPorts | null };

export const grammarOf = (manufacturer: string | null): PortGrammar | undefined =>
  manufacturer === null
    ? undefined
    : portGrammars.find((each) => each.manufacturer.test(manufacturer));

export type PortTextReading =
  /** `spelling`: the grammar in which the text is written; undefined where it may be any. */
  | { kind: 'port'; port: Port; spelling?: string | undefined }
  | { kind: 'pon-port' }
  /** The OLT has several of this level, and the text names none. */
  | { kind: 'level-missing'; level: keyof Port };

/**
 * Reads a port by the grammar of the OLT's manufacturer. Where that is unknown, reads the
 * stored form or a spelling that many use.
 */
export const readPortText = (text: string, olt: OltFacts): PortTextReading | undefined => {
  const grammar = grammarOf(olt.manufacturer);
  const reading = grammar?.read(text);
  if (reading?.kind === 'pon-port') return reading;
  if (reading) {
    const filled = fillLevels(reading.levels, olt.ports);
    return typeof filled === 'string'
      ? { kind: 'level-missing', level: filled }
      : { kind: 'port', port: filled, spelling: grammar?.name };
  }
  // With an ONU behind a colon, another manufacturer's spelling means the same levels.
  const port = grammar && !/:\s*\d+\s*$/.test(text) ? undefined : readPort(text);
  const ofWords = /\p{L}/u.test(text) ? portGrammars.find((each) => each.read(text)) : undefined;
  return port && { kind: 'port', port, spelling: ofWords?.name };
};

/** A stored port in the spelling of the OLT's manufacturer. */
export const writePort = (port: string, manufacturer: string | null): string => {
  const levels = readPort(port);
  return (levels && grammarOf(manufacturer)?.write(levels)) ?? port;
};
