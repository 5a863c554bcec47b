import pg from 'pg';
import { isDatabaseUnavailable } from './errors.ts';

/** Which server of an address is wanted, in the words of libpq (PostgreSQL manual, 34.1.2). */
export const SESSION_ATTRIBUTES = [
  ...(['any', 'read-write', 'read-only'] as const),
  ...(['primary', 'standby', 'prefer-standby'] as const),
];
export type SessionAttributes = (typeof SESSION_ATTRIBUTES)[number];

/** Those of a server that accepts writes. */
export const WRITES: readonly SessionAttributes[] = ['read-write', 'primary'];

/** The parameter of an address that says which server is wanted. */
export const WANTED = 'target_session_attrs';

export type Host = { host: string; port: string };

/** How many hosts there are for how many ports, where that does not fit. */
export class PortsError extends Error {}

const USUAL_PORT = '5432';

/** Scheme and user, hosts with ports separated by commas, and the rest. */
const SEVERAL = /^(postgres(?:ql)?:\/\/(?:[^/@?#]*@)?)([^/@?#]*,[^/@?#]*)(.*)$/;
const HOST_AND_PORT = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/;

/**
 * An address of libpq with several hosts (`postgres://desk@a:5432,b:5432/db`), which no URL can be,
 * as one that names them in its query (`?host=a,b&port=5432,5432`). Others stay as they are.
 */
export const withHostsInQuery = (address: string): string => {
  const [, before = '', hosts = '', after = ''] = SEVERAL.exec(address) ?? [];
  const named = hosts.split(',').map((one) => HOST_AND_PORT.exec(one));
  const url = URL.parse(`${before}localhost${after}`);
  if (hosts === '' || url === null || named.includes(null)) return address;
  const list = named.map((one) => decodeURIComponent(one?.[1] ?? '').replace(/^\[(.*)\]$/, '$1'));
  url.searchParams.set('host', list.join());
  url.searchParams.set('port', named.map((one) => one?.[2] || USUAL_PORT).join());
  return url.href;
};

/** The hosts of an address, as `withHostsInQuery` left it. Throws `PortsError`. */
export const hostsOf = (address: URL): Host[] => {
  const hosts = (address.searchParams.get('host') ?? decodeURIComponent(address.hostname)).split(
    ',',
  );
  const ports = (address.searchParams.get('port') || address.port || USUAL_PORT).split(',');
  if (ports.length > 1 && ports.length !== hosts.length)
    throw new PortsError(`${hosts.length} hosts have ${ports.length} ports`);
  return hosts.map((host, index) => ({ host, port: (ports[index] ?? ports[0]) || USUAL_PORT }));
};

export const wantedOf = (address: URL): SessionAttributes =>
  SESSION_ATTRIBUTES.find((one) => one === address.searchParams.get(WANTED)) ?? 'any';

/** The address with one of its hosts. */
export const withHost = (address: URL, { host, port }: Host): URL => {
  const one = new URL(address);
  one.searchParams.set('host', host);
  one.searchParams.set('port', port);
  one.searchParams.delete(WANTED);
  return one;
};

type ServerState = { is_standby: boolean; is_read_only: boolean };

const fits: Readonly<Record<SessionAttributes, (state: ServerState) => boolean>> = {
  any: () => true,
  'read-write': (state) => !state.is_standby && !state.is_read_only,
  'read-only': (state) => state.is_standby || state.is_read_only,
  primary: (state) => !state.is_standby,
  standby: (state) => state.is_standby,
  'prefer-standby': (state) => state.is_standby,
};

/** None of the hosts is what the address asks for, now. */
export class NoHostError extends Error {
  // PostgreSQL's own code for a server that cannot be used yet.
  readonly code = '57P03';
}

const ASK_WITHIN_MS = 2000;

/** Asks a server what it is now. */
const stateOf = async (client: pg.Client): Promise<ServerState> => {
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<ServerState>(
      `select pg_is_in_recovery() as is_standby,
              current_setting('transaction_read_only')::boolean as is_read_only`,
    );
    const [state] = rows;
    if (!state) throw new Error('The server did not say what it is');
    return state;
  } finally {
    // A silent server would delay this by its goodbye.
    void client.end().catch(() => {});
  }
};

type Open = (config: pg.ClientConfig) => pg.Client;

const search = async (address: URL, open: Open): Promise<Host> => {
  const wanted = wantedOf(address);
  const asked = hostsOf(address).map(async (host) => ({
    host,
    state: await stateOf(
      open({
        connectionString: withHost(address, host).href,
        connectionTimeoutMillis: ASK_WITHIN_MS,
        query_timeout: ASK_WITHIN_MS,
        application_name: 'cpe-desk host',
      }),
    ),
  }));
  const fitting = asked.map(async (one) => {
    const { host, state } = await one;
    if (fits[wanted](state)) return host;
    throw new Error(`${host.host}:${host.port} is not ${wanted}`);
  });
  try {
    return await Promise.any(fitting);
  } catch (error) {
    const faults: unknown[] = error instanceof AggregateError ? error.errors : [error];
    const other = wanted === 'prefer-standby' && (await Promise.any(asked).catch(() => undefined));
    if (other) return other.host;
    // A wrong password or name, which waiting does not remove.
    const lasting = faults.find(
      (one) => one instanceof pg.DatabaseError && !isDatabaseUnavailable(one),
    );
    if (lasting) throw lasting;
    const why = faults.map((one) => (one instanceof Error ? one.message : one)).join('; ');
    throw new NoHostError(`No host is ${wanted} now: ${why}`, { cause: error });
  }
};

/** The running searches, by address: connections that open together share one. */
const searches = new Map<string, Promise<Host>>();

/** The first host of the address to answer that is what the address asks for. */
export const findHost = (address: URL, open: Open): Promise<Host> => {
  const running =
    searches.get(address.href) ??
    search(address, open).finally(() => searches.delete(address.href));
  searches.set(address.href, running);
  return running;
};
