import type { AccessType } from '../bandwidth.ts';
import { accepted, type Parsed, refused } from '../parsed.ts';
import { formatPort, missingPortDetail } from './port.ts';
import { type OltFacts, readPortText } from './read-port-text.ts';

/** Nothing is known of the OLT: only spellings that mean one thing everywhere are read. */
export const UNKNOWN_OLT: OltFacts = { manufacturer: null, ports: null };

/**
 * A CPE's port in its stored form, `frame/slot/port:onu`, from the spelling of the OLT's
 * manufacturer. A port without an ONU id is refused, never read as one level less.
 */
export const parsePort = (
  text: string,
  olt: OltFacts = UNKNOWN_OLT,
  accessType: AccessType | null = null,
): Parsed<string, 'not-a-port' | 'no-such-port' | 'port-needs-onu'> => {
  const reading = readPortText(text, olt);
  if (reading?.kind === 'pon-port')
    return refused('port-needs-onu', `${text.trim()} is a PON port; give the ONU on it as well`);
  if (reading?.kind === 'level-missing')
    return refused('not-a-port', `Give the ${reading.level} as well: frame/slot/port:onu`);
  if (!reading) return refused('not-a-port', 'Give frame/slot/port:onu, for example 0/1/3:12');
  const missing = missingPortDetail(reading.port, olt.ports, accessType);
  return missing ? refused('no-such-port', missing) : accepted(formatPort(reading.port));
};
