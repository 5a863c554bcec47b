import { connect as connectSocket } from 'node:net';
import pg from 'pg';
import { DatabaseClient } from './client.ts';
import { CallerLeft } from './errors.ts';

/** Facts about a connection that node-postgres does not offer. */
type Session = {
  /** The server process and the key that cancels its statement (protocol, 55.2.8). */
  processId: number;
  secretKey: Buffer | number;
  /** Commits that the standby did not confirm. */
  unconfirmed: number;
  /** Names of the prepared statements. */
  names: Set<string>;
};

const sessions = new WeakMap<pg.ClientBase, Session>();

export const sessionOf = (client: pg.ClientBase): Session => {
  const session = sessions.get(client);
  if (!session) throw new Error('The connection belongs to no pool of the desk');
  return session;
};

type KeyData = { processID: number; secretKey: Buffer | number };

/** A connection that knows its key, and notices when the standby does not confirm a commit. */
export class SessionClient extends DatabaseClient {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const session: Session = { processId: 0, secretKey: 0, unconfirmed: 0, names: new Set() };
    sessions.set(this, session);
    this.connection.once('backendKeyData', ({ processID, secretKey }: KeyData) => {
      session.processId = processID;
      session.secretKey = secretKey;
    });
    // The message is in the server's language; the name of the server's function is not
    // (syncrep.c).
    this.on('notice', ({ routine }) => {
      if (routine === 'SyncRepWaitForLSN') session.unconfirmed++;
    });
    // A connection that breaks during a statement rejects the statement.
    this.on('error', () => {});
  }
}

const CANCEL_REQUEST = 80_877_102;
const CANCEL_WITHIN_MS = 2000;

const cancelPacket = ({ processId, secretKey }: Session): Buffer => {
  const key = typeof secretKey === 'number' ? Buffer.alloc(4) : secretKey;
  if (typeof secretKey === 'number') key.writeInt32BE(secretKey);
  const head = Buffer.alloc(12);
  head.writeInt32BE(head.length + key.length, 0);
  head.writeInt32BE(CANCEL_REQUEST, 4);
  head.writeInt32BE(processId, 8);
  return Buffer.concat([head, key]);
};

/**
 * Cancels the statement of a connection. The server closes the cancel connection after it has sent
 * the signal. The session's next statement comes later, so it is never the cancelled one.
 */
export const cancelStatement = (client: pg.Client): Promise<void> =>
  new Promise((resolve) => {
    const { host, port } = client;
    const socket = host.startsWith('/')
      ? connectSocket(`${host}/.s.PGSQL.${port}`)
      : connectSocket(port, host);
    socket.setTimeout(CANCEL_WITHIN_MS, () => socket.destroy());
    socket.once('connect', () => socket.write(cancelPacket(sessionOf(client))));
    socket.on('data', () => {});
    socket.on('error', () => {});
    socket.once('close', () => resolve());
  });

/** A statement that runs before another one, in its transaction and its round trip. */
export type Prefix = { text: string } | undefined;

/**
 * Puts a select before a statement. Both are in the transaction that ends with the one Sync
 * (protocol, 55.2.3). So a transaction-local setting applies to the statement, whichever session a
 * pooler gives it.
 */
const prefixed = (query: pg.Query, { text }: { text: string }): pg.Query => {
  const { submit } = query;
  query.submit = (connection) => {
    connection.stream.cork();
    connection.parse({ name: '', text, types: [] }, true);
    connection.bind({ values: [] }, true);
    connection.describe({ type: 'P', name: '' }, true);
    connection.execute({}, true);
    const failed = submit.call(query, connection);
    connection.stream.uncork();
    return failed;
  };
  return query;
};

type Answer<Row extends pg.QueryResultRow> = pg.QueryResult<Row>;

const submit = <Row extends pg.QueryResultRow>(
  client: pg.Client,
  config: pg.QueryConfig<unknown[]>,
  prefix: Prefix,
  answered: (executed: { answer: Answer<Row> } | { error: unknown }) => void,
): void => {
  const settle = (error: Error | null | undefined, answers: Answer<Row> | Answer<Row>[]) => {
    const answer = Array.isArray(answers) ? answers.at(-1) : answers;
    if (error || !answer) answered({ error: error ?? new Error('PostgreSQL answered nothing') });
    else answered({ answer });
  };
  if (!prefix) return void client.query(new pg.Query<Row, unknown[]>(config, settle));
  // Otherwise a statement without parameters would be a simple query, which has no Sync.
  const extended = { ...config, queryMode: 'extended' };
  client.query(prefixed(new pg.Query<Row, unknown[]>(extended, settle), prefix));
};

export type ExecuteOptions = {
  deadlineMs: number;
  /** The error of a statement that is not answered within the deadline. */
  late: () => Error;
  prefix?: Prefix;
  /** Cancels the statement. */
  signal?: AbortSignal | undefined;
};

/**
 * The result of a statement. `isLate`: the connection must be dropped, because its server may still
 * run it.
 */
export type Executed<Row extends pg.QueryResultRow> =
  | { answer: Answer<Row> }
  | { error: unknown; isLate?: boolean };

/** Runs a statement on a connection. Returns in time, whatever the server and the network do. */
export const execute = <Row extends pg.QueryResultRow>(
  client: pg.Client,
  config: pg.QueryConfig<unknown[]>,
  { deadlineMs, late, prefix, signal }: ExecuteOptions,
): Promise<Executed<Row>> =>
  new Promise((resolve) => {
    let isAnswered = false;
    let whenAnswered = () => {};
    const end = (executed: Executed<Row>) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
      resolve(executed);
    };
    const timer = setTimeout(() => end({ error: late(), isLate: true }), deadlineMs);
    const leave = async () => {
      clearTimeout(timer);
      // The answer may still arrive; a connection that does not end is dropped.
      setTimeout(() => end({ error: new CallerLeft(), isLate: true }), CANCEL_WITHIN_MS).unref();
      await cancelStatement(client);
      if (!isAnswered) await new Promise<void>((resolve) => (whenAnswered = resolve));
      end({ error: new CallerLeft() });
    };
    const answered = (executed: Executed<Row>) => {
      isAnswered = true;
      whenAnswered();
      if (!signal?.aborted) end(executed);
    };
    try {
      submit<Row>(client, config, prefix, answered);
    } catch (error) {
      answered({ error });
    }
    signal?.addEventListener('abort', leave, { once: true });
  });
