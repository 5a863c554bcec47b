import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { findHost, hostsOf, NoHostError, WRITES, wantedOf } from './hosts.ts';

/** In the query of a database's URL: the file with the password of its user. */
export const PASSWORD_FILE = 'password_file';

/** What the server reports of itself (protocol, 55.7). */
type Parameter = { parameterName: string; parameterValue: string };

/** An address that leaves something to choose: among hosts, or by the kind of server. */
const choiceOf = (address: URL | null): URL | undefined =>
  address !== null && (hostsOf(address).length > 1 || wantedOf(address) !== 'any')
    ? address
    : undefined;

/**
 * A connection to the address of a setting. A password from a file is read at each connection, so
 * it can change while the desk runs. So are the TLS files that the address names. Of several hosts,
 * each connection takes the one that is now what the address asks for.
 */
export class DatabaseClient extends pg.Client {
  readonly #choice: URL | undefined;

  constructor(config: string | pg.ClientConfig = {}) {
    super(config);
    const url = URL.parse((typeof config === 'string' ? config : config.connectionString) ?? '');
    this.#choice = choiceOf(url);
    const file = url?.searchParams.get(PASSWORD_FILE) ?? null;
    if (file === null) return;
    const password = async () => (await readFile(file, 'utf8')).trim();
    // node-postgres takes a function here; a URL's own password would win over one in `config`.
    Object.assign(this, { password });
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: (error: Error) => void): void;
  override connect(callback?: (error: Error) => void): Promise<pg.Client> | undefined {
    const choice = this.#choice;
    if (!callback) return choice === undefined ? super.connect() : this.#connectTo(choice);
    if (choice === undefined) super.connect(callback);
    // node-postgres calls back without an error where it has connected.
    else this.#connectTo(choice).then(() => Reflect.apply(callback, undefined, []), callback);
    return undefined;
  }

  async #connectTo(choice: URL): Promise<pg.Client> {
    const host = await findHost(choice, (config) => new DatabaseClient(config));
    // A pool that waits no longer has destroyed the socket that was to be connected.
    if (this.connection.stream.destroyed) throw new NoHostError('The search took too long');
    Object.assign(this, { host: host.host, port: Number(host.port) });
    let isStandby = false;
    this.connection.on('parameterStatus', ({ parameterName, parameterValue }: Parameter) => {
      if (parameterName === 'in_hot_standby') isStandby = parameterValue === 'on';
    });
    await super.connect();
    // It may have become another one since it was asked.
    if (!isStandby || !WRITES.includes(wantedOf(choice))) return this;
    await this.end();
    throw new NoHostError(`${host.host}:${host.port} is a standby now`);
  }
}
