import { readFile } from 'node:fs/promises';
import pg from 'pg';

/** In the query of a database's URL: the file with the password of its user. */
export const PASSWORD_FILE = 'password_file';

const passwordFileOf = (url: string | undefined): string | null =>
  URL.parse(url ?? '')?.searchParams.get(PASSWORD_FILE) ?? null;

/**
 * A connection to the address of a setting. A password from a file is read at each connection, so
 * it can change while the desk runs. So are the TLS files that the address names.
 */
export class DatabaseClient extends pg.Client {
  constructor(config: string | pg.ClientConfig = {}) {
    super(config);
    const file = passwordFileOf(typeof config === 'string' ? config : config.connectionString);
    if (file === null) return;
    const password = async () => (await readFile(file, 'utf8')).trim();
    // node-postgres takes a function here; a URL's own password would win over one in `config`.
    Object.assign(this, { password });
  }
}
