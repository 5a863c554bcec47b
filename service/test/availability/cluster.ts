import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connect } from '../../src/platform/database/connect.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';
import { openPrograms, type Program, type Programs } from './programs.ts';

/*
 * The set-up of deploy/patroni on one machine: three etcd members, three PostgreSQL nodes under
 * Patroni with one synchronous standby, HAProxy that leads to the primary, PgBouncer before it.
 */

const HOST = '127.0.0.1';
const NODES = ['node1', 'node2', 'node3'] as const;
const START_WITHIN_MS = 180_000;

type Node = {
  name: string;
  apiPort: number;
  port: number;
  dataDir: string;
  start(): Promise<void>;
  /** Ends Patroni and PostgreSQL as a power cut does. */
  kill(): Promise<void>;
  /** What Patroni and PostgreSQL have logged. */
  log(): Promise<string>;
};

type Etcd = { start(): Promise<void>; kill(): Promise<void> };

export type Cluster = {
  /** The database by HAProxy, as its owner. */
  ownerUrl: string;
  /** As the desk's role: by PgBouncer, and by HAProxy for what needs a session. */
  pooledUrl: string;
  listenUrl: string;
  /** The standbys by HAProxy, as the desk's role. */
  readUrl: string;
  /** The nodes themselves, for a desk that finds the primary and a standby without a proxy. */
  direct: { ownerUrl: string; url: string; readUrl: string };
  nodes: readonly Node[];
  etcd: readonly Etcd[];
  /** The node that is the primary now; undefined while none is. */
  primary(): Promise<Node | undefined>;
  /** Asks Patroni to make another node the primary, and waits. */
  switchOver(): Promise<void>;
  pgbouncer: { restart(): Promise<void> };
  /** Waits until all nodes run, and one of them is a synchronous standby. */
  untilWhole(): Promise<void>;
};

const stateOf = async ({ apiPort }: Pick<Node, 'apiPort'>, path: string): Promise<number> =>
  fetch(`http://${HOST}:${apiPort}${path}`, { signal: AbortSignal.timeout(2000) }).then(
    ({ status }) => status,
    () => 0,
  );

const startEtcd = async (programs: Programs): Promise<{ hosts: string; members: Etcd[] }> => {
  const members = await Promise.all(
    NODES.map(async (name) => ({ name, client: await freePort(), peer: await freePort() })),
  );
  const url = (port: number) => `http://${HOST}:${port}`;
  const cluster = members.map(({ name, peer }) => `${name}=${url(peer)}`).join();
  const started = members.map(({ name, client, peer }) => {
    let running: Program | undefined;
    const args = [
      ...['--name', name, '--data-dir', join(programs.folder, `etcd-${name}`)],
      ...['--listen-client-urls', url(client), '--advertise-client-urls', url(client)],
      ...['--listen-peer-urls', url(peer), '--initial-advertise-peer-urls', url(peer)],
      ...[
        '--initial-cluster',
        cluster,
        '--heartbeat-interval',
        '200',
        '--election-timeout',
        '2000',
      ],
      '--unsafe-no-fsync',
    ];
    return {
      start: async () => {
        running = await programs.start(`etcd-${name}`, 'etcd', args);
      },
      kill: async () => running?.kill(),
    };
  });
  await Promise.all(started.map(({ start }) => start()));
  return { hosts: members.map(({ client }) => `${HOST}:${client}`).join(), members: started };
};

const makeNode = async (
  programs: Programs,
  name: string,
  shared: { etcdHosts: string; password: string },
): Promise<Node> => {
  const [apiPort, port] = [await freePort(), await freePort()];
  const dataDir = join(programs.folder, `data-${name}`);
  const values = {
    NAME: name,
    HOST,
    API_PORT: String(apiPort),
    PORT: String(port),
    ETCD_HOSTS: shared.etcdHosts,
    DATA_DIR: dataDir,
    PASSWORD: shared.password,
    NETWORK: '127.0.0.0/8',
  };
  const file = await programs.fill('patroni.yaml', values, `${name}.yaml`);
  let running: Program | undefined;
  return {
    name,
    apiPort,
    port,
    dataDir,
    async start() {
      running = await programs.start(name, 'patroni', [file]);
    },
    async kill() {
      const pid = Number((await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n')[0]);
      await running?.kill();
      process.kill(pid, 'SIGKILL');
    },
    log: () => readFile(join(programs.folder, `${name}.log`), 'utf8'),
  };
};

const startHaproxy = async (
  programs: Programs,
  nodes: readonly Node[],
): Promise<{ port: number; readPort: number }> => {
  const [port, readPort] = [await freePort(), await freePort()];
  const servers = nodes
    .map((node) => `server ${node.name} ${HOST}:${node.port} check port ${node.apiPort}`)
    .join('\n    ');
  const values = { HOST, PORT: String(port), READ_PORT: String(readPort), SERVERS: servers };
  const file = await programs.fill('haproxy.cfg', values);
  await programs.start('haproxy', '/usr/sbin/haproxy', ['-db', '-f', file]);
  return { port, readPort };
};

const leadsToPrimary = async (url: string): Promise<boolean> => {
  try {
    await using client = await connect(url, 'test');
    const { rows } = await client.query('select not pg_is_in_recovery() as is_primary');
    return rows[0].is_primary;
  } catch {
    return false; // The node does not answer yet.
  }
};

/** The database, its owner and the role of the desk; PgBouncer knows the password of the latter. */
const createDatabase = async (
  superuserUrl: string,
  passwords: { owner: string; desk: string },
): Promise<void> => {
  await using client = await connect(superuserUrl, 'test');
  await client.query(`create role cpe_desk_owner login password '${passwords.owner}'`);
  // Sessions that wait for a standby outlive their client, and PgBouncer no longer counts them.
  await client.query(`create role cpe_desk login password '${passwords.desk}' connection limit 60`);
  await client.query('create database cpe_desk owner cpe_desk_owner');
  await using inside = await connect(superuserUrl.replace(/postgres$/, 'cpe_desk'), 'test');
  for (const extension of ['pg_trgm', 'btree_gist'])
    await inside.query(`create extension ${extension}`);
};

const startPgbouncer = async (programs: Programs, primaryPort: number, password: string) => {
  const port = await freePort();
  const users = await programs.file('userlist.txt', `"cpe_desk" "${password}"\n`);
  const file = await programs.fill('pgbouncer.ini', {
    HOST,
    PORT: String(port),
    PRIMARY_HOST: HOST,
    PRIMARY_PORT: String(primaryPort),
    USERS: users,
  });
  let running: Program | undefined;
  const start = async () => {
    running = await programs.start('pgbouncer', '/usr/sbin/pgbouncer', ['-q', file]);
  };
  await start();
  const restart = async () => {
    await running?.kill();
    await start();
  };
  return { port, restart };
};

export const startCluster = async (
  folder: string,
  stack: AsyncDisposableStack,
): Promise<Cluster> => {
  const programs = await openPrograms(folder, stack);
  const secret = () => randomBytes(16).toString('hex');
  const passwords = { superuser: secret(), owner: secret(), desk: secret() };
  const etcd = await startEtcd(programs);
  const shared = { etcdHosts: etcd.hosts, password: passwords.superuser };
  const nodes: Node[] = [];
  for (const name of NODES) nodes.push(await makeNode(programs, name, shared));
  // Runs before the programs end: a killed Patroni leaves its PostgreSQL running.
  stack.defer(async () => {
    await Promise.all(nodes.map((node) => node.kill().catch(() => {})));
  });
  await Promise.all(nodes.map((node) => node.start()));
  const primary = async () => {
    for (const node of nodes) if ((await stateOf(node, '/primary')) === 200) return node;
    return undefined;
  };
  const untilWhole = async (): Promise<void> => {
    await until(
      'all nodes run, one as a synchronous standby',
      async () => {
        const all = await Promise.all(nodes.map((node) => stateOf(node, '/health')));
        const standbys = await Promise.all(nodes.map((node) => stateOf(node, '/synchronous')));
        const isLed = (await primary()) !== undefined;
        return isLed && all.every((status) => status === 200) && standbys.includes(200);
      },
      START_WITHIN_MS,
    );
  };
  await untilWhole();
  const { port: haproxyPort, readPort } = await startHaproxy(programs, nodes);
  const at = (role: string, password: string, port: number, database = 'cpe_desk') =>
    `postgres://${role}:${password}@${HOST}:${port}/${database}`;
  const hosts = nodes.map(({ port }) => `${HOST}:${port}`).join();
  const find = (role: string, password: string, wanted: string) =>
    `postgres://${role}:${password}@${hosts}/cpe_desk?target_session_attrs=${wanted}`;
  const superuserUrl = at('postgres', passwords.superuser, haproxyPort, 'postgres');
  // HAProxy uses all servers in turn until it has checked each.
  await until('HAProxy leads to the primary', async () =>
    (
      await Promise.all(
        nodes.flatMap(() => [leadsToPrimary(superuserUrl), leadsToPrimary(superuserUrl)]),
      )
    ).every(Boolean),
  );
  await createDatabase(superuserUrl, passwords);
  const pgbouncer = await startPgbouncer(programs, haproxyPort, passwords.desk);
  return {
    ownerUrl: at('cpe_desk_owner', passwords.owner, haproxyPort),
    pooledUrl: at('cpe_desk', passwords.desk, pgbouncer.port),
    listenUrl: at('cpe_desk', passwords.desk, haproxyPort),
    readUrl: at('cpe_desk', passwords.desk, readPort),
    direct: {
      ownerUrl: find('cpe_desk_owner', passwords.owner, 'read-write'),
      url: find('cpe_desk', passwords.desk, 'read-write'),
      readUrl: find('cpe_desk', passwords.desk, 'prefer-standby'),
    },
    nodes,
    etcd: etcd.members,
    primary,
    pgbouncer,
    untilWhole,
    async switchOver() {
      const leader = await primary();
      if (!leader) throw new Error('There is no primary to switch from');
      const config = join(folder, `${leader.name}.yaml`);
      const args = ['-c', config, 'switchover', 'cpe-desk', '--master', leader.name, '--force'];
      await promisify(execFile)('patronictl', args);
    },
  };
};
