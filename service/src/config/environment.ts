import { readFileSync } from 'node:fs';
import { distance } from 'fastest-levenshtein';

/** The environment of a process; an empty value is not set. */
export type Environment = Record<string, string | undefined>;

/** Settings whose value may come from the file that `X_FILE` names. */
const FROM_FILE = [
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'DATABASE_LISTEN_URL',
  'DATABASE_READ_URL',
  'SESSION_SECRET',
  'OIDC_CLIENT_SECRET',
  'METRICS_TOKEN',
  'OTEL_EXPORTER_OTLP_HEADERS',
];

/** Prefixes of the desk's own settings, under which a name that it does not know is a slip. */
const OWN = /^(?:NIG|OIDC|DATABASE|BULK)_/;
/** What Kubernetes sets for a service named `nig` or `database`; no such value is a setting. */
const INJECTED = /_SERVICE_(?:HOST|PORT)|_PORT_\d+_/;
const INJECTED_VALUE = /^(?:tcp|udp|sctp):\/\//;

/**
 * The environment without what is empty or injected by Kubernetes, and with the contents of the
 * files of `X_FILE`. `faults` names each file that cannot be read.
 */
export const readEnvironment = (
  environment: Environment,
): { given: Record<string, string>; faults: string[] } => {
  const given: Record<string, string> = {};
  const faults: string[] = [];
  if (environment.PGSSLROOTCERT && !environment.DATABASE_CA_FILE)
    faults.push('PGSSLROOTCERT: has no effect here; set DATABASE_CA_FILE');
  for (const [name, value] of Object.entries(environment))
    if (value !== undefined && value !== '' && !INJECTED_VALUE.test(value)) given[name] = value;
  for (const name of FROM_FILE) {
    const file = given[`${name}_FILE`];
    if (file === undefined) continue;
    if (given[name] !== undefined) faults.push(`${name}: set it or ${name}_FILE, not both`);
    try {
      given[name] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      faults.push(`${name}_FILE: ${error instanceof Error ? error.message : error}`);
    }
  }
  return { given, faults };
};

/** The settings that the desk does not know, each with the name that was probably meant. */
export const unknownSettings = (
  given: Record<string, string>,
  known: readonly string[],
): string[] => {
  const names = [...known, ...FROM_FILE.map((name) => `${name}_FILE`)];
  return Object.keys(given)
    .filter((name) => OWN.test(name) && !INJECTED.test(name) && !names.includes(name))
    .map((name) => {
      const nearest = names.toSorted((a, b) => distance(a, name) - distance(b, name))[0];
      return `${name}: no such setting; the nearest one is ${nearest}`;
    });
};
